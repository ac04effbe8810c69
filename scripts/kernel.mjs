/**
 * Compiles the tree grower's inner loops (plugins/learners/gbdt/assembly) and writes them as text to a module beside it,
 * so that they come along wherever the module does: dist, a package, a test. Run by `npm run build:kernel`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const FLAGS = ["-O3", "--noAssert", "--enable", "simd,bulk-memory", "--runtime", "stub", "--importMemory"];

/** The module's bytes, as asc of this version makes them. */
function compiled() {
  const folder = mkdtempSync(join(tmpdir(), "kernel-"));
  try {
    const out = join(folder, "kernel.wasm");
    const asc = join(ROOT, "node_modules/assemblyscript/bin/asc.js");
    const source = "plugins/learners/gbdt/assembly/kernel.ts";
    execFileSync(process.execPath, [asc, source, ...FLAGS, "--outFile", out], { cwd: ROOT });
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const lines = compiled()
  .toString("base64")
  .match(/.{1,110}/g);
const text = `/** assembly/kernel.ts, compiled by \`npm run build:kernel\`; spec/plugins/learners/gbdt/kernel.spec.ts compares the two. */
export const KERNEL_CODE = [
${lines.map((line) => `  "${line}",\n`).join("")}].join("");
`;
// `--print` is for the test that the module is up to date
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(join(ROOT, "plugins/learners/gbdt/kernel-code.ts"), text);
