import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openModel } from "../../core/evaluator/scoring.js";
import { type Ended, rowsCsv, sous, TemporaryHome } from "../support/sous.js";
import { tableOf } from "../support/tables.js";

let home: TemporaryHome;
let all: Ended;

const ROWS = [
  ['a,b,color,"extra, unused"', [null, null]],
  ["1.5,0.25,red,1", [1.5, "red"]],
  ["-2,NA,never seen,2", [-2, "never seen"]],
  ["n/a,3,,3", [null, null]],
  ["1e3,3,blue,4", [1000, "blue"]],
] as const;

beforeAll(async () => {
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", rowsCsv(300));
  await home.putRecipe(
    "boosted",
    "budget: { trials: 1 }\nsearch: { learners: [gbdt], cross_validation: { folds: 0 }, ensemble: { size: 0 }, opening: 0, space: { gbdt.learning_rate: { type: float, low: 0.2, high: 0.2 } } }\ngates: [onnx_parity]",
  );
  await sous(["run", "recipes/boosted.recipe.yaml", "--once"], home.folder);
  await home.put("new.csv", ROWS.map(([line]) => `${line}\n`).join(""));
  all = await run("new.csv");
});

afterAll(() => home.remove());

const run = (...args: string[]) => sous(["predict", "boosted", ...args], home.folder);

it("says of each row of a file what the champion does, in the file's order", async () => {
  const { status, out } = all;
  expect(status).toBe(0);
  const [header, ...lines] = out.trimEnd().split("\n");
  expect(header).toBe("label,p_no,p_yes");
  const bytes = await readFile(join(home.folder, "models/boosted/champion.onnx"));
  const model = await openModel(bytes, { task: "binary", target: "y", classes: ["no", "yes"] });
  const cells = ROWS.slice(1).map(([line]) => line.split(","));
  const table = tableOf({
    a: ROWS.slice(1).map(([, [a]]) => a as number | null),
    b: cells.map(([, b]) => (b === "NA" ? null : Number(b))),
    color: ROWS.slice(1).map(([, [, color]]) => color as string | null),
  });
  const expected = await model.predict(table).finally(() => model.release());
  const found = lines.map((line) => line.split(","));
  expect(found.flatMap(([, no, yes]) => [Number(no), Number(yes)])).toEqual(
    [...expected].map((p) => Number(p.toPrecision(9))),
  );
  expect(found.map(([label]) => label)).toEqual(found.map(([, no, yes]) => (Number(yes) > Number(no) ? "yes" : "no")));
});

it("takes only the first rounds with --trees, and says what is wrong with a number or a column", async () => {
  const one = await run("new.csv", "--trees", "1");
  expect(one.status).toBe(0);
  expect(one.out).not.toBe(all.out);
  const spread = (out: string) =>
    out
      .split("\n")
      .slice(1, -1)
      .map((line) => Number(line.split(",")[2]));
  expect(Math.max(...spread(one.out)) - Math.min(...spread(one.out))).toBeLessThan(
    Math.max(...spread(all.out)) - Math.min(...spread(all.out)),
  );
  expect(await run("new.csv", "--trees", "none")).toMatchObject({
    status: 2,
    err: expect.stringContaining("CLI_BAD_NUMBER"),
  });
  await home.put("other.csv", "b,color\n1,red\n");
  expect(await run("other.csv")).toMatchObject({ status: 2, err: expect.stringContaining("MODEL_COLUMN") });
});
