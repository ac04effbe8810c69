/** A recipe with a base, from the file to the log. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../core/artifacts/digest.js";
import type { DaemonEvent } from "../../core/reconcile/events.js";
import linear from "../../plugins/learners/linear/linear.js";
import { fitLearner } from "../support/fitting.js";
import { RunningDaemon, rowsCsv, sous, TemporaryHome } from "../support/sous.js";
import { labelled, tableOf } from "../support/tables.js";

let home: TemporaryHome;
let daemon: RunningDaemon | null = null;

const NEXT = `base: older.onnx
budget: { trials: 1 }
search: { learners: [gbdt], cross_validation: { folds: 2 }, ensemble: { size: 0 }, opening: 0 }
gates: [onnx_parity]`;

beforeAll(async () => {
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", rowsCsv(300));
  await home.putRecipe("next", NEXT);
});

afterAll(async () => {
  await daemon?.end("SIGKILL");
  await home.remove();
});

/** A linear model of other rows of the same kind. */
async function older(l2: number): Promise<Uint8Array> {
  const cells = rowsCsv(200, 9).trimEnd().split("\n").slice(1);
  const rows = cells.map((line) => line.split(","));
  const table = tableOf({ a: rows.map((row) => Number(row[1])), color: rows.map((row) => row[3] ?? null) });
  const train = labelled(
    table,
    rows.map((row) => (row[4] === "yes" ? 1 : 0)),
  );
  const spec = { task: "binary", target: "y", classes: ["no", "yes"] } as const;
  return (await fitLearner(linear, { spec, train, params: { penalty: "l2", l2 } })).model;
}

const serve = (bytes: Uint8Array | string) => writeFile(join(home.folder, "recipes/older.onnx"), bytes);
const failed = (code: string) => (event: DaemonEvent) => event.kind === "failed" && event.error.code === code;

it("is waited for, gone on from, and worked on anew when its file changes; what is no model changes nothing", async () => {
  const up = new RunningDaemon(home.folder);
  daemon = up;
  await up.event(failed("BASE_UNREADABLE"));
  for (const l2 of [0.01, 1]) {
    const seen = up.events.length;
    const model = await older(l2);
    await serve(model);
    await up.decided("next", seen);
    expect((await home.entries()).at(-1)).toMatchObject({ kind: "decision", data: { base: sha256(model) } });
  }
  expect(await home.entries()).toHaveLength(2);
  expect((await home.entries())[0]).toMatchObject({ decision: "PROMOTED" });
  await serve("no model");
  await up.event(failed("BASE_UNFIT"));
  expect(await home.entries()).toHaveLength(2);
  expect(await home.read("models/next/versions/000001/README.md")).toContain("The recipe's base, from which");
});

it("is planned with which learners go on from it", async () => {
  const model = await older(0.01);
  await serve(model);
  await home.putRecipe("later", NEXT.replace("[gbdt]", "[gbdt, linear]"));
  const { status, out } = await sous(["plan", "recipes/later.recipe.yaml"], home.folder);
  expect(status).toBe(0);
  expect(out).toContain(`digest: ${sha256(model)}`);
  expect(out).toMatch(/takes a, color\ngo on from it: gbdt\nbegin from nothing: linear\n/);
});
