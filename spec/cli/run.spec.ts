import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../core/artifacts/digest.js";
import { type Ended, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

let home: TemporaryHome;
/** Where the recipe has been run once, and how that ended. */
let worked: TemporaryHome;
let first: Ended;

beforeAll(async () => {
  worked = await TemporaryHome.make();
  await worked.put("recipes/data/rows.csv", rowsCsv(400));
  await worked.putRecipe("first");
  first = await sous(["run", "recipes/first.recipe.yaml", "--once"], worked.folder);
});

beforeEach(async () => {
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", rowsCsv(400));
});

afterEach(() => home.remove());

afterAll(() => worked.remove());

const run = () => sous(["run", "recipes/first.recipe.yaml", "--once"], home.folder);

/** Puts a home in the place of the empty one in which the recipe has been run. */
async function goOn(): Promise<void> {
  await home.remove();
  home = await worked.copied();
}

describe("sous run --once", () => {
  it("promotes a champion, prints its confirm score with the interval, and exits 0", async () => {
    const { status, out, err } = first;
    expect(err).toBe("");
    expect(status).toBe(0);
    expect(out).toMatch(/confirm roc_auc 0\.\d{4} \(95 % interval 0\.\d{4} to [01]\.\d{4}\), version 1/);
    const [entry] = await worked.entries();
    const model = await readFile(join(worked.folder, "models/first/champion.onnx"));
    expect(entry).toMatchObject({
      kind: "decision",
      decision: "PROMOTED",
      version: { number: 1, model: sha256(model) },
      code: { onnxruntime: expect.stringMatching(/^\d+\./), platform: expect.stringContaining("-") },
      data: { schema: expect.stringMatching(/^[0-9a-f]{64}$/) },
      resources: { seconds: expect.any(Number), oneRow: expect.any(Number) },
    });
  });

  it("changes nothing the second time: the work is decided", async () => {
    await goOn();
    const before = await home.entries();
    const second = await run();
    expect(second.status).toBe(0);
    expect(await home.entries()).toEqual(before);
  });

  it("serves the first model of a long study until its end, which is judged as if nothing served", async () => {
    await home.putRecipe("first", "budget: { trials: 10 }");
    const { out } = await run();
    const [early, last, ...more] = await home.entries();
    expect(more).toEqual([]);
    expect(early).toMatchObject({
      decision: "PROMOTED",
      search: { ended: "running", trials: { complete: 1 } },
      version: { number: 1, from: null },
      look: 1,
    });
    expect(last).toMatchObject({
      decision: "PROMOTED",
      search: { ended: "trials", trials: { complete: 10 } },
      evidence: { champion: null },
      version: { number: 2, from: 1 },
      look: 2,
    });
    expect(out).toMatch(/Promoted until its study ends.*version 2/s);
    expect((await run()).status).toBe(0);
    expect(await home.entries()).toHaveLength(2);
  });

  it("restores a champion that was tampered with from the log", async () => {
    await goOn();
    const path = join(home.folder, "models/first/champion.onnx");
    const good = await readFile(path);
    await writeFile(path, "garbage");
    const { out } = await run();
    expect(out).toContain("restored from the log");
    expect(await readFile(path)).toEqual(good);
  });

  it("makes the same model from the same recipe, data and seed in another home", async () => {
    await home.putRecipe("first");
    await run();
    const champion = (folder: string) => readFile(join(folder, "models/first/champion.onnx"));
    expect(sha256(await champion(home.folder))).toBe(sha256(await champion(worked.folder)));
  });

  it("keeps the champion and logs the look when new data bring nothing better", async () => {
    await goOn();
    await home.put("recipes/data/rows.csv", rowsCsv(420));
    const { status, out } = await run();
    expect(status).toBe(0);
    const entries = await home.entries();
    expect(entries.map((entry) => entry.kind)).toEqual(["decision", "decision"]);
    expect(entries[1]).toMatchObject({ evidence: { champion: { digest: expect.any(String) } } });
    expect(out).toContain("champion");
  });

  it("judges the same study anew when only the gates change, and promotes no model over itself", async () => {
    await goOn();
    await rm(join(home.folder, ".sous/artifacts/blobs"), { recursive: true });
    await home.putRecipe("first", "budget: { trials: 4 }\ngates: [beats_baseline]");
    const { out } = await sous(["run", "recipes/first.recipe.yaml", "--once", "--json"], home.folder);
    expect(out).not.toContain('"kind":"trial"');
    const [one, second] = await home.entries();
    if (one?.kind !== "decision" || second?.kind !== "decision") throw new Error("two decisions were due");
    expect(second.search).toEqual(one.search);
    expect(second).toMatchObject({ decision: "REJECTED", look: 2, version: null });
    expect(second.reason).toContain("the champion itself");
  });

  it("keeps a champion that can't be run on the data of today, and says why", async () => {
    await goOn();
    const rows = rowsCsv(400).split("\n");
    const withoutColor = rows.map((row) =>
      row
        .split(",")
        .filter((_, index) => index !== 3)
        .join(","),
    );
    await home.put("recipes/data/rows.csv", withoutColor.join("\n"));
    expect((await run()).status).toBe(0);
    const [one, second] = await home.entries();
    expect(one).toMatchObject({ decision: "PROMOTED" });
    expect(second).toMatchObject({ decision: "INCONCLUSIVE", reason: expect.stringMatching(/champion .*color/) });
  });

  it("waits for a person in manual mode, and exits 3 because nothing serves", async () => {
    await home.putRecipe("first", "budget: { trials: 3 }\npromotion: { mode: manual }");
    const { status } = await run();
    expect(status).toBe(3);
    expect(await home.entries()).toMatchObject([{ decision: "PENDING", version: null }]);
  });

  it("exits 2 with place, code and mend for a recipe with a mistake", async () => {
    await home.put("recipes/first.recipe.yaml", "data: { source: data/rows.csv, targte: y }\n");
    const { status, err } = await run();
    expect(status).toBe(2);
    expect(err).toMatch(/first\.recipe\.yaml:1:\d+ RECIPE_UNKNOWN_KEY .*targte/);
    expect(err).toContain("target");
  });

  it("exits 2 with a coded error for data without the target", async () => {
    await home.put("recipes/first.recipe.yaml", "data: { source: data/rows.csv, target: z }\n");
    const { status, err } = await run();
    expect(status).toBe(2);
    expect(err).toContain("DATA_NO_COLUMN");
  });

  it("exits 2 for a file that isn't there", async () => {
    const { status, err } = await run();
    expect(status).toBe(2);
    expect(err).toContain("CLI_NO_SUCH_FILE");
  });
});
