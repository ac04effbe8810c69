/** Writes a net, its weights and its data to a folder, for a peer to train the same. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function written(folder, file, { element, dims, data }) {
  writeFileSync(join(folder, file), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return { file, element, dims };
}

/** Calls `use` with the folder, which is gone afterwards. */
export async function handedOver({ model, trains, data, ...net }, use) {
  const folder = mkdtempSync(join(tmpdir(), "training-"));
  try {
    const held = [...model.graph.initializers].filter(([, { element }]) => element === "float");
    const weights = held.map(([{ name }, tensor], at) => [name, written(folder, `weight${at}`, tensor)]);
    const columns = Object.entries(data).map(([name, tensor]) => [name, written(folder, name, tensor)]);
    const page = { ...net, ...Object.fromEntries(columns), weights: Object.fromEntries(weights), trains: [...trains] };
    writeFileSync(join(folder, "net.json"), JSON.stringify(page));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
