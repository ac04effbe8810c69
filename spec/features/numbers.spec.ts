import fc from "fast-check";
import { probeTable } from "../../core/evaluator/parity.js";
import {
  type FeaturePlan,
  fitFeatures,
  type NumberColumn,
  type Table,
  type TaskSpec,
} from "../../core/plugin/index.js";
import { exampleOf } from "../../core/testing/examples.js";
import { columnOf, labelled } from "../support/tables.js";
import { bytesOf, farthest, throughOnnx } from "./parity.js";

const SPEC: TaskSpec = { task: "regression", target: "y", classes: [] };

function fitted(plan: FeaturePlan, table: Table, weight: readonly number[] | null = null) {
  const train = labelled(table, new Array(table.rows).fill(0), weight);
  return fitFeatures(plan, { spec: SPEC, train, seed: 1 });
}

function one(name: string, cells: readonly (number | null)[], type: NumberColumn["type"] = "numeric"): Table {
  return { rows: cells.length, columns: [{ ...(columnOf(name, cells) as NumberColumn), type }] };
}

const KINDS: Readonly<Record<string, FeaturePlan[number]>> = {
  standard: { kind: "standard", columns: ["x"] },
  "standard, mean": { kind: "standard", columns: ["x"], impute: "mean" },
  plain: { kind: "plain", columns: ["x"] },
  power: { kind: "power", columns: ["x"] },
  "quantile, normal": { kind: "quantile", columns: ["x"] },
  "quantile, uniform": { kind: "quantile", columns: ["x"], output: "uniform", knots: 7 },
  hinges: { kind: "hinges", columns: ["x"], knots: 3 },
  missing: { kind: "missing", columns: ["x"] },
  dates: { kind: "dates", columns: ["x"] },
};
/** Those whose arithmetic is single precision on both sides; the others' powers may differ by a last bit. */
const EXACT = Object.keys(KINDS).filter((name) => name !== "power");

const CELL = fc.oneof(
  fc.float({ noNaN: false }),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 2 ** -149, -(2 ** -149), 0, -0),
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
);

describe.each(Object.entries(KINDS))("%s", (name, step) => {
  it("gives finite numbers, the same through onnxruntime, whatever the cells", async () => {
    const cells = fc.array(CELL, { minLength: 2, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(cells, cells, async (train, other) => {
        // two values at least, so that there is something to fit
        const features = fitted([step], one("x", [...train, null, 1, 2, 40]));
        const table = one("x", other);
        const own = features.encode(table);
        expect(own.every((value) => Number.isFinite(value))).toBe(true);
        const difference = farthest(own, await throughOnnx(features, table));
        expect(difference).toBeLessThanOrEqual(EXACT.includes(name) ? 0 : 1e-6);
      }),
      { numRuns: 15 },
    );
  });

  it("leaves out columns that are constant, or missing throughout, or not finite", () => {
    const rest = one("x", [1, null, 2, 4]);
    const columns = [
      columnOf("constant", [0.1, 0.1, 0.1, 0.1]),
      columnOf("missing", [null, null, null, null]),
      columnOf("infinite", [Infinity, Infinity, Infinity, Infinity]),
      ...rest.columns,
    ];
    const { names } = fitted([{ ...step, columns: columns.map((column) => column.name) }], { rows: 4, columns });
    expect(names.filter((found) => !found.startsWith("x"))).toEqual([]);
  });

  it("takes no rows at all", async () => {
    const features = fitted([step], one("x", [1, 2, null, 400]));
    expect(await throughOnnx(features, one("x", []))).toHaveLength(0);
  });
});

describe("standardised numbers", () => {
  it("have mean 0 and deviation 1 by the weights, and end at 10 deviations", () => {
    const features = fitted([{ kind: "standard", columns: ["x"] }], one("x", [1, 2, 9]), [1, 1, 2]);
    const [a, b, c, far, near] = features.encode(one("x", [1, 2, 9, 1e30, -Infinity]));
    expect((a as number) + (b as number) + 2 * (c as number)).toBeCloseTo(0, 5);
    expect(((a as number) ** 2 + (b as number) ** 2 + 2 * (c as number) ** 2) / 4).toBeCloseTo(1, 5);
    expect([far, near]).toEqual([10, -10]);
  });

  it("fill missing cells by the median, or by the mean", () => {
    const table = one("x", [0, 1, 11, null]);
    const at = (impute: "mean" | "median") =>
      fitted([{ kind: "plain", columns: ["x"], impute }], table).encode(table)[3];
    expect([at("median"), at("mean")]).toEqual([1, 4]);
  });
});

describe("quantiles", () => {
  it("are mid-ranks: shares that ties have in common", () => {
    const table = one("x", [5, 1, 5, 7]);
    const features = fitted([{ kind: "quantile", columns: ["x"], output: "uniform" }], table);
    expect([...features.encode(one("x", [1, 5, 7, 3, -9, 99]))]).toEqual([0.125, 0.5, 0.875, 0.3125, 0.125, 0.875]);
  });

  it("of many values are within a knot of their rank", () => {
    const values = Array.from({ length: 5_000 }, (_, at) => Math.fround(Math.exp(Math.sin(at) * 3)));
    const features = fitted([{ kind: "quantile", columns: ["x"], output: "uniform" }], one("x", values));
    const sorted = [...values].sort((a, b) => a - b);
    const found = features.encode(one("x", sorted));
    const worst = found.reduce((most, share, rank) => Math.max(most, Math.abs(share - (rank + 0.5) / 5_000)), 0);
    expect(worst).toBeLessThan(1 / 254);
  });

  it("of a normal output look normal", () => {
    const values = Array.from({ length: 2_001 }, (_, at) => at ** 3);
    const found = fitted([{ kind: "quantile", columns: ["x"] }], one("x", values)).encode(one("x", values));
    expect(found[1_000]).toBeCloseTo(0, 5);
    expect(found.reduce((sum, value) => sum + value * value, 0) / 2_001).toBeCloseTo(1, 1);
  });
});

describe("the power transform", () => {
  const skewed = [0.5, 1.25, 2, 3.75, 4, 8.5, 16, 33, 70, 150.5];
  const apply = (values: readonly number[]) =>
    fitted([{ kind: "power", columns: ["x"] }], one("x", values)).encode(one("x", values));

  // scipy.stats.yeojohnson of scipy 1.10, standardised: its λ are −0.208665 and 1.406098
  it.each([
    [skewed, [-1.53699, -1.12391, -0.85131, -0.44844, -0.40582, 0.09065, 0.48676, 0.89992, 1.27804, 1.61108]],
    [
      skewed.map((value) => 20 - value),
      [1.09234, 0.99852, 0.90614, 0.69637, 0.66708, 0.17139, -0.4924, -0.95491, -1.29951, -1.78502],
    ],
  ])("is that of scipy (%#)", (values, expected) => {
    const found = apply(values);
    expected.forEach((value, at) => {
      expect(found[at]).toBeCloseTo(value, 4);
    });
  });
});

describe("dates", () => {
  const epoch = (text: string) => Date.parse(text) / 86_400_000;

  it("have the calendar's parts, from year 0 to 9999", () => {
    const days = fc.integer({ min: Math.ceil(epoch("0000-03-01")), max: Math.floor(epoch("9999-12-31")) });
    fc.assert(
      fc.property(days, (day) => {
        const date = new Date(day * 86_400_000);
        const features = fitted([{ kind: "dates", columns: ["x"] }], one("x", [0, 400, 1_000], "date"));
        const numbers = features.encode(one("x", [day], "date"));
        const named = Object.fromEntries(features.names.map((name, at) => [name, numbers[at] as number]));
        const angle = (2 * Math.PI * ((date.getUTCMonth() + 10) % 12)) / 12;
        expect(named["x:month_sin"]).toBeCloseTo(Math.sin(angle), 6);
        expect(named["x:month_cos"]).toBeCloseTo(Math.cos(angle), 6);
        const weekday = date.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" }).toLowerCase();
        expect(named[`x:${weekday}`]).toBe(1);
      }),
      { numRuns: 200 },
    );
  });

  it("are counted from the first of March and of each month, the same in leap years", async () => {
    const features = fitted([{ kind: "dates", columns: ["x"] }], one("x", [0, 400, 1_000], "date"));
    const days = ["2023-03-01", "2023-03-02", "2024-02-29", "2023-07-04", "2024-07-04", "2024-12-31"].map(epoch);
    const table = one("x", days, "date");
    const own = features.encode(table);
    const counted = (name: string) => {
      const at = features.names.indexOf(`x:${name}`);
      const [first = 0, second = 0, ...rest] = days.map((_, row) => own[row * features.width + at] as number);
      return rest.map((value) => Math.round((value - first) / (second - first))); // they are standardised
    };
    expect(counted("yearday")).toEqual([365, 125, 125, 305]);
    expect(counted("monthday")).toEqual([28, 3, 3, 30]);
    expect(farthest(own, await throughOnnx(features, table))).toBeLessThan(1e-6);
  });

  it("have an hour where training has one, also of moments that single precision puts before it", async () => {
    const table = one("x", [epoch("2024-05-01T05:00Z"), epoch("2024-05-01T23:50Z"), epoch("2024-05-02")], "date");
    const features = fitted([{ kind: "dates", columns: ["x"] }], table);
    const at = features.names.indexOf("x:hour_sin");
    const own = features.encode(table);
    const hours = [5, 23, 0].map((hour) => Math.fround(Math.sin((2 * Math.PI * hour) / 24)));
    expect([0, 1, 2].map((row) => own[row * features.width + at])).toEqual(hours);
    expect(farthest(own, await throughOnnx(features, table))).toBe(0);
  });

  it("of whole days have none", () => {
    const { names } = fitted([{ kind: "dates", columns: ["x"] }], one("x", [19_000, 19_001, 19_400], "date"));
    expect(names.some((name) => name.includes("hour"))).toBe(false);
  });
});

it("every kind at once is the same through onnxruntime on rows with missing, huge and odd cells", async () => {
  const { train, select } = exampleOf("binary");
  const columns = ["amount", "flag", "day"];
  const plan = Object.values(KINDS).map((step) => ({ ...step, columns }));
  const features = fitFeatures(plan, { spec: SPEC, train, seed: 1 });
  const table = probeTable(select.table, { seed: 3 });
  expect(features.width).toBeGreaterThan(25);
  expect(farthest(features.encode(table), await throughOnnx(features, table))).toBeLessThanOrEqual(1e-6);
});

it("the same plan and rows make the same graph, whatever else the table has", () => {
  const { train } = exampleOf("binary");
  const plan = Object.values(KINDS).map((step) => ({ ...step, columns: ["amount", "flag", "day"] }));
  const bytes = (columns: Table["columns"]) =>
    bytesOf(fitFeatures(plan, { spec: SPEC, train: { ...train, table: { ...train.table, columns } }, seed: 1 }));
  const { columns } = train.table;
  expect(bytes([...columns].reverse().filter(({ name }) => name !== "note"))).toEqual(bytes(columns));
});

it("hinges are 0 up to their knot and grow from there on; ends are no knots", () => {
  const cells = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8];
  const { names, encode } = fitted([{ kind: "hinges", columns: ["x"], knots: 3 }], one("x", cells));
  expect(names).toEqual(["x>3", "x>6"]); // the first of the quartiles is the least value
  const [at0, at3, at4, at5, at8] = [0, 3, 4, 5, 8].map((value) => encode(one("x", [value]))[0] as number);
  expect(at3).toBe(at0);
  expect((at8 as number) - (at3 as number)).toBeCloseTo(5 * ((at5 as number) - (at4 as number)), 5);
  const above = cells.map((value) => Math.max(0, value - 3));
  const mean = above.reduce((sum, value) => sum + value, 0) / above.length;
  const deviation = Math.sqrt(above.reduce((sum, value) => sum + (value - mean) ** 2, 0) / above.length);
  expect(at8).toBeCloseTo((5 - mean) / deviation, 5);
});
