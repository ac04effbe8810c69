import { createRng } from "hyperparameter-js";
import { probeTable } from "../../core/evaluator/parity.js";
import { type FeatureStep, fitFeatures, type Labelled, type TaskSpec } from "../../core/plugin/index.js";
import { labelled, tableOf } from "../support/tables.js";
import { farthest, throughOnnx } from "./parity.js";

const REGRESSION: TaskSpec = { task: "regression", target: "y", classes: [] };
const ROWS = 600;

function normals(name: string): number[] {
  const rng = createRng(3, name);
  return Array.from({ length: ROWS }, () => rng.normal());
}

const NUMBERS = Object.fromEntries(["a", "b", "c", "d", "noise"].map((name) => [name, normals(name)]));
const [A = [], B = [], C = [], D = [], NOISE = []] = Object.values(NUMBERS);

function fitted(step: FeatureStep, train: Labelled) {
  return fitFeatures([step], { spec: REGRESSION, train, seed: 1 });
}

describe("products", () => {
  const columns = ["a", "b", "c", "d"];
  const of = (answer: (row: number) => number) =>
    labelled(
      tableOf({ ...NUMBERS, b: B.map((value, row) => (row % 9 === 0 ? null : value)) }),
      A.map((_, row) => answer(row)),
    );

  it("are taken of the columns that act together, and of no others", () => {
    const train = of((row) => (C[row] as number) * (D[row] as number) + (A[row] as number) + (NOISE[row] as number));
    expect(fitted({ kind: "products", columns }, train).names).toEqual(["c*d"]);
  });

  it("may be squares", () => {
    const train = of((row) => (A[row] as number) ** 2 + (NOISE[row] as number));
    expect(fitted({ kind: "products", columns }, train).names).toEqual(["a*a"]);
  });

  it("of noise are none, nor of what a sum explains", () => {
    const sum = of((row) => 5 * (A[row] as number) - 2 * (B[row] as number) + (NOISE[row] as number));
    expect(() => fitted({ kind: "products", columns }, sum)).toThrow("varies");
  });

  it("give the same bits through onnxruntime, on missing and huge cells too", async () => {
    const train = of((row) => (C[row] as number) * (D[row] as number) + (A[row] as number) * ((B[row] as number) + 1));
    const features = fitted({ kind: "products", columns }, train);
    expect(features.width).toBeGreaterThan(1);
    const table = probeTable(train.table, { seed: 4 });
    const own = features.encode(table);
    expect(own.every((value) => Number.isFinite(value))).toBe(true);
    expect(farthest(own, await throughOnnx(features, table))).toBe(0);
  });

  it("may be of levels and of a level and a number, each pair once however often columns repeat it", async () => {
    const town = A.map((_, row) => ["Oslo", "Rome", "Lima"][row % 3] as string);
    const plan = B.map((_, row) => (row % 4 < 2 ? "basic" : "plus"));
    const table = tableOf({ c: C, same: C.map((value) => 7 + 2 * value), town, plan });
    const rome = (row: number) => (town[row] === "Rome" ? 1 : 0);
    const train = labelled(
      table,
      C.map(
        (value, row) =>
          rome(row) * value + 2 * rome(row) * (plan[row] === "plus" ? 1 : 0) + 0.3 * (NOISE[row] as number),
      ),
    );
    const features = fitted({ kind: "products", columns: ["c", "same", "town", "plan"] }, train);
    expect(features.names.filter((name) => /^(c|same)\*town=Rome$/.test(name))).toHaveLength(1);
    expect(features.names.filter((name) => /^town=Rome\*plan=/.test(name))).toHaveLength(1);
    const probe = probeTable(table, { seed: 5 });
    expect(farthest(features.encode(probe), await throughOnnx(features, probe))).toBe(0);
  });
});

describe("combinations", () => {
  const columns = ["a", "b", "c", "d", "noise"];
  const of = (answer: (row: number) => number, numbers: Record<string, readonly (number | null)[]> = NUMBERS) =>
    labelled(
      tableOf(numbers),
      A.map((_, row) => answer(row)),
    );
  const step = (value: number) => (value > 0 ? 1 : -1);

  it("are of the columns whose sum, difference, product or ratio the answer hangs on", () => {
    const first = (train: Labelled) => fitted({ kind: "combinations", columns }, train).names[0];
    const at = (values: readonly number[], row: number) => values[row] as number;
    const positive = { ...NUMBERS, a: A.map((value) => 3 + Math.abs(value)), b: B.map((value) => 1 + Math.abs(value)) };
    const ratio = (row: number) => step((3 + Math.abs(at(A, row))) / (1 + Math.abs(at(B, row))) - 2);
    expect(first(of((row) => step(at(A, row) + at(C, row))))).toBe("a+c");
    expect(first(of((row) => step(at(B, row) - at(D, row))))).toBe("b-d");
    expect(first(of((row) => step(at(C, row) * at(D, row))))).toBe("c*d");
    expect(first(of(ratio, positive))).toBe("a/b");
  });

  it("are of three columns where two don't say it all", () => {
    const train = of((row) => 3 * step((A[row] as number) + (B[row] as number) + (C[row] as number)));
    const { names } = fitted({ kind: "combinations", columns }, train);
    expect(names.some((name) => ["a", "b", "c"].every((column) => name.includes(column)))).toBe(true);
  });

  it("are none where each column says its own, or nothing does", () => {
    const sum = of((row) => 5 * (A[row] as number) - step(B[row] as number) + (NOISE[row] as number) ** 2);
    const noise = labelled(tableOf(NUMBERS), normals("unrelated"));
    expect(() => fitted({ kind: "combinations", columns }, sum)).toThrow("varies");
    expect(() => fitted({ kind: "combinations", columns }, noise)).toThrow("varies");
  });

  it("of noise come in as seldom as their level says", () => {
    const found = Array.from({ length: 40 }, (_, at) => {
      const train = labelled(tableOf(NUMBERS), normals(`noise ${at}`));
      const plain = { kind: "plain", columns: ["a"] } as const;
      const plan = [plain, { kind: "combinations", columns } as const];
      return fitFeatures(plan, { spec: REGRESSION, train, seed: 1 }).width > 1;
    });
    // 2 of 40 are expected; 8 or more have a chance of 2 in 1,000
    expect(found.filter((one) => one).length).toBeLessThan(8);
  });

  it("are no more than asked for", () => {
    const train = of(
      (row) => step((A[row] as number) * (B[row] as number)) + step((C[row] as number) + (D[row] as number)),
    );
    expect(fitted({ kind: "combinations", columns, limit: 1 }, train).width).toBe(1);
    expect(fitted({ kind: "combinations", columns }, train).width).toBeGreaterThan(1);
  });

  it("give the same bits through onnxruntime, on missing, infinite and huge cells too", async () => {
    const numbers = {
      ...NUMBERS,
      b: B.map((value, row) => (row % 9 === 0 ? null : 2 + Math.abs(value))),
      d: D.map((value) => Math.abs(value) + 0.1),
    };
    const ratio = (row: number) => (2 + Math.abs(B[row] as number)) / (Math.abs(D[row] as number) + 0.1);
    const train = of((row) => 2 * step((A[row] as number) + (C[row] as number)) + 2 * step(ratio(row) - 4), numbers);
    const features = fitted({ kind: "combinations", columns }, train);
    expect(features.width).toBeGreaterThan(1);
    const table = probeTable(train.table, { seed: 4 });
    const own = features.encode(table);
    expect(own.every((value) => Number.isFinite(value))).toBe(true);
    expect(farthest(own, await throughOnnx(features, table))).toBe(0);
  });
});
