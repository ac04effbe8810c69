import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { QUICK, RunningDaemon, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

let worked: TemporaryHome;
let home: TemporaryHome;

beforeAll(async () => {
  worked = await TemporaryHome.make();
  await worked.put("recipes/data/rows.csv", rowsCsv(300));
  await worked.putRecipe("first", `budget: { trials: 2 }\nsearch: { ${QUICK} }`);
  await sous(["run", "recipes/first.recipe.yaml", "--once"], worked.folder);
});

beforeEach(async () => {
  home = await worked.copied();
});

afterEach(() => home.remove());
afterAll(() => worked.remove());

const drill = () => sous(["drill", "first"], home.folder);
const last = async () => (await home.entries()).at(-1);

describe("sous drill", () => {
  it("brings a version back from log and artifacts, asks it again, and logs that it answers bit for bit", async () => {
    const before = await readFile(join(home.folder, "models/first/champion.onnx"));
    const { status, out, err } = await drill();
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("drill PASSED  version 1");
    const [promoted] = await home.entries();
    const rows = Math.min(100, promoted?.kind === "decision" ? promoted.evidence.rows : 0);
    expect(await last()).toMatchObject({ kind: "drill", outcome: "PASSED", version: 1, rows, same: rows });
    expect(await readFile(join(home.folder, "models/first/champion.onnx"))).toEqual(before);
    expect((await sous(["verify"], home.folder)).status).toBe(0);
  });

  it("fails, and says so in the log, where a version can't be brought back", async () => {
    const [promoted] = await home.entries();
    const model = promoted?.kind === "decision" ? promoted.version?.model : undefined;
    await rm(new Artifacts(join(home.folder, ".sous/artifacts")).pathOf(model ?? ""));
    const { status, out } = await drill();
    expect(status).toBe(2);
    expect(out).toContain("drill FAILED");
    expect(await last()).toMatchObject({
      kind: "drill",
      outcome: "FAILED",
      reason: expect.stringContaining("VERSION_LOST"),
    });
  });

  it("fails where the rows that were kept say that it answers otherwise", async () => {
    const [promoted] = await home.entries();
    const { replay, baseline } = promoted?.kind === "decision" ? promoted.evidence : {};
    expect([replay, baseline]).not.toContain(undefined);
    const artifacts = new Artifacts(join(home.folder, ".sous/artifacts"));
    await rm(artifacts.pathOf(replay ?? ""));
    expect((await drill()).status).toBe(2);
    expect(await last()).toMatchObject({ outcome: "FAILED", reason: expect.stringContaining("MODEL_MISSING") });
  });

  it("is made by the daemon when it is time", async () => {
    await home.put("sous.yaml", "workers: 1\nrescan: 1s\ndrill: 1s\n");
    const daemon = new RunningDaemon(home.folder);
    try {
      await daemon.event((event) => event.kind === "drilled" && event.outcome === "PASSED");
    } finally {
      await daemon.end();
    }
    expect(await last()).toMatchObject({ kind: "drill", actor: { kind: "auto" }, outcome: "PASSED" });
  });
});
