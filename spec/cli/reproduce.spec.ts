import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { rowsCsv, sous, TemporaryHome } from "../support/sous.js";

/** Where an ensemble and a single model have been promoted. */
let worked: TemporaryHome;
let home: TemporaryHome;

beforeAll(async () => {
  worked = await TemporaryHome.make();
  await worked.put("recipes/data/rows.csv", rowsCsv(300));
  const search = (learners: string, size: number) =>
    `search: { learners: [${learners}], cross_validation: { folds: 2 }, ensemble: { size: ${size} } }`;
  await worked.putRecipe("single", `budget: { trials: 2 }\n${search("linear", 0)}`);
  await worked.putRecipe("many", `budget: { trials: 4 }\n${search("knn, extra_trees", 8)}`);
  for (const name of ["single", "many"]) {
    await sous(["run", `recipes/${name}.recipe.yaml`, "--once"], worked.folder);
  }
});

beforeEach(async () => {
  home = await worked.copied();
});

afterEach(() => home.remove());
afterAll(() => worked.remove());

const reproduce = (...args: readonly string[]) => sous(["reproduce", ...args], home.folder);

/** Every file of the home with its time of change, but for what the store's reader leaves beside it. */
async function filesOf(): Promise<readonly string[]> {
  const found = await readdir(home.folder, { recursive: true });
  return found.filter((path) => !path.includes("store.sqlite-")).sort();
}

describe("sous reproduce", () => {
  it("trains a version anew to the same bytes, and leaves nothing behind", async () => {
    const before = await filesOf();
    const { status, out, err } = await reproduce("single@1");
    expect([status, err]).toEqual([0, ""]);
    const [entry] = await home.entries();
    const model = entry?.kind === "decision" ? entry.version?.model : null;
    expect(out).toContain(`single@1: made again, bit for bit`);
    expect(out).toContain(`model ${model}`);
    expect(await filesOf()).toEqual(before);
  });

  it("puts an ensemble together again from the trials that it was made of", async () => {
    const entry = (await home.entries()).findLast((one) => one.kind === "decision" && one.recipe.name === "many");
    expect(entry).toMatchObject({ decision: "PROMOTED", search: { finalist: { learner: "ensemble" } } });
    const { status, out } = await reproduce("many", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: "identical", largest: null, changes: [] });
    await rm(join(home.folder, ".sous/store.sqlite"));
    const without = await reproduce("many");
    expect([without.status, without.err]).toEqual([2, expect.stringContaining("REPRODUCE_FORGOTTEN")]);
  });

  it("reads the data again where their snapshot is gone, and says when they are others now", async () => {
    await rm(join(home.folder, ".sous/artifacts/snapshots"), { recursive: true });
    expect((await reproduce("single")).out).toContain("bit for bit");
    await rm(join(home.folder, ".sous/artifacts/snapshots"), { recursive: true });
    await home.put("recipes/data/rows.csv", rowsCsv(301));
    const { status, err } = await reproduce("single");
    expect([status, err]).toEqual([2, expect.stringContaining("REPRODUCE_DATA_CHANGED")]);
  });
});
