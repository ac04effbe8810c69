import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../core/artifacts/digest.js";
import type { DaemonEvent } from "../../core/reconcile/events.js";
import { QUICK, RunningDaemon, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

const GATES = "gates: [{ kind: beats_baseline }]";
const AUTO = (learner = "linear") => `budget: { trials: 2 }\nsearch: { ${QUICK.replace("linear", learner)} }\n${GATES}`;

/** Homes that are made once: with a decision that waits, and with two versions. */
let waiting: TemporaryHome;
let versions: TemporaryHome;
let home: TemporaryHome;

const once = (at: TemporaryHome) => sous(["run", "recipes/first.recipe.yaml", "--once"], at.folder);

beforeAll(async () => {
  [waiting, versions] = await Promise.all([TemporaryHome.make(), TemporaryHome.make()]);
  await Promise.all([waiting, versions].map((at) => at.put("recipes/data/rows.csv", rowsCsv(300))));
  await waiting.putRecipe("first", `${AUTO()}\npromotion: { mode: manual }`);
  await versions.putRecipe("first", AUTO());
  await Promise.all([once(waiting), once(versions)]);
  await versions.putRecipe("first", AUTO("gbdt"));
  await once(versions);
});

afterEach(() => home.remove());
afterAll(() => Promise.all([waiting.remove(), versions.remove()]));

async function models(...paths: readonly string[]): Promise<readonly string[]> {
  return Promise.all(paths.map(async (path) => sha256(await readFile(join(home.folder, "models/first", path)))));
}

const order = (...args: readonly string[]) => sous(args, home.folder);

describe("sous approve and sous reject", () => {
  it("put the finalist that waits into service, with who and why in the log, once", async () => {
    home = await waiting.copied();
    const { status, out, err } = await order("approve", "first", "--reason", "looks right", "--by", "ann");
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("PROMOTED  version 1 (the first)");
    const [pending, approved] = await home.entries();
    expect(pending).toMatchObject({ decision: "PENDING", version: null });
    expect(approved).toMatchObject({
      decision: "PROMOTED",
      actor: { kind: "person", name: "ann", reason: "looks right" },
      answers: 1,
      look: 1,
    });
    const [champion, version] = await models("champion.onnx", "versions/000001/model.onnx");
    expect(champion).toBe(version);
    const again = await order("approve", "first", "--reason", "twice");
    expect(again.status).toBe(2);
    expect(again.err).toContain("ORDER_NOTHING_PENDING");
    expect((await once(home)).status).toBe(0);
    expect(await home.entries()).toHaveLength(2);
  });

  it("turn it down, which needs a reason", async () => {
    home = await waiting.copied();
    const silent = await order("reject", "first", "--reason", " ");
    expect([silent.status, silent.err]).toEqual([2, expect.stringContaining("ORDER_NO_REASON")]);
    expect((await order("reject", "first", "--reason", "too early")).status).toBe(0);
    expect((await home.entries()).at(-1)).toMatchObject({ decision: "REJECTED", actor: { reason: "too early" } });
    expect((await once(home)).status).toBe(3);
  });
});

describe("sous rollback", () => {
  it("puts the version before back, run before and after, and the log says so", async () => {
    home = await versions.copied();
    const { status, out, err } = await order("rollback", "first", "--reason", "complaints");
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("ROLLED BACK  to version 1 (was 2)");
    const [champion, one] = await models("champion.onnx", "versions/000001/model.onnx");
    expect(champion).toBe(one);
    expect((await home.entries()).at(-1)).toMatchObject({
      kind: "rollback",
      from: 2,
      to: 1,
      model: one,
      reason: "complaints",
      inference: { rows: 4, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect((await order("verify")).status).toBe(0);
    expect(JSON.parse((await order("status", "--json")).out)).toMatchObject({ recipes: [{ champion: 1 }] });
  });

  it("keeps the model that was rolled back out until a person lets it in", async () => {
    home = await versions.copied();
    await order("rollback", "first");
    // the gates alone change: the study is judged anew, and finds the same finalist
    await home.putRecipe(
      "first",
      AUTO("gbdt").replace("[{ kind: beats_baseline }]", "[{ kind: beats_baseline }, { kind: onnx_parity }]"),
    );
    await once(home);
    expect((await home.entries()).at(-1)).toMatchObject({
      decision: "PENDING",
      reason: expect.stringContaining("this very model was rolled back"),
    });
    expect((await order("approve", "first", "--reason", "it was the data")).status).toBe(0);
    expect((await home.entries()).at(-1)).toMatchObject({ decision: "PROMOTED", version: { number: 3, from: 1 } });
  });

  it("is refused for a version that isn't there, and for one whose file is damaged: nothing changes", async () => {
    home = await versions.copied();
    const before = await models("champion.onnx");
    const absent = await order("rollback", "first", "--to", "9");
    expect([absent.status, absent.err]).toEqual([2, expect.stringContaining("ORDER_NO_VERSION")]);
    await writeFile(join(home.folder, "models/first/versions/000001/model.onnx"), "garbage");
    const damaged = await order("rollback", "first");
    expect([damaged.status, damaged.err]).toEqual([2, expect.stringContaining("ORDER_MODEL_BAD")]);
    expect(await models("champion.onnx")).toEqual(before);
    expect((await home.entries()).filter(({ kind }) => kind === "rollback")).toEqual([]);
  });

  it("is carried out by the daemon that runs", async () => {
    home = await versions.copied();
    const daemon = new RunningDaemon(home.folder);
    try {
      await daemon.event((event: DaemonEvent) => event.kind === "idle");
      expect((await order("rollback", "first", "--to", "v1")).status).toBe(0);
      await daemon.event((event) => event.kind === "rolledBack" && event.to === 1);
      const [champion, one] = await models("champion.onnx", "versions/000001/model.onnx");
      expect(champion).toBe(one);
    } finally {
      await daemon.end();
    }
  });
});
