import fc from "fast-check";
import type { FitRequest, Fitted, TaskSpec } from "../../../../core/plugin/index.js";
import gbdt from "../../../../plugins/learners/gbdt/gbdt.js";
import { fitLearner } from "../../../support/fitting.js";
import { labelled, rowsWhere, tableOf } from "../../../support/tables.js";

const VALUE: TaskSpec = { task: "regression", target: "y", classes: [] };
const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const ROWS = 120;

interface Row {
  readonly up: number | null;
  readonly down: number;
  readonly other: number;
  readonly noise: number;
}

const row = fc.record({
  up: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null, freq: 9 }),
  down: fc.integer({ min: 0, max: 9 }),
  other: fc.integer({ min: 0, max: 3 }),
  noise: fc.integer({ min: -6, max: 6 }),
});

function tableFrom(rows: readonly Omit<Row, "noise">[]) {
  return tableOf({
    up: rows.map(({ up }) => up),
    down: rows.map(({ down }) => down),
    other: rows.map(({ other }) => other),
  });
}

function fitted(spec: TaskSpec, rows: readonly Row[], params: FitRequest["params"]): Promise<Fitted> {
  // against the constraint in part, so that it binds
  const value = ({ up, down, other, noise }: Row) => (other === 0 ? -1 : 1) * (up ?? 4) - 0.5 * down + noise;
  const truth = rows.map((one) => (spec === BINARY ? Number(value(one) > 0) : value(one)));
  const train = labelled(tableFrom(rows), truth);
  const few = { rounds: 30, learning_rate: 0.3, min_child_rows: 2, ...params };
  return fitLearner(gbdt, { spec, train, select: rowsWhere(train, () => false), params: few });
}

const STEPS = Array.from({ length: 12 }, (_, at) => at - 1);

describe.each([
  ["leaf", VALUE, "squared"],
  ["depth:4", VALUE, "squared"],
  ["leaf", VALUE, "quantile:0.7"],
  ["leaf", BINARY, "squared"],
] as const)("with growth %s", (growth, spec, objective) => {
  test(`predictions only rise, and only fall, as was asked (${spec.task}, ${objective})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: ROWS, maxLength: ROWS }), async (rows) => {
        fc.pre(spec === VALUE || new Set(rows.map(({ noise }) => noise > 0)).size === 2);
        const made = await fitted(spec, rows, { growth, objective, monotone: "+up, -down" });
        for (const other of [0, 3]) {
          const along = (of: (step: number) => Omit<Row, "noise">) => {
            const said = made.predict(tableFrom(STEPS.map(of)));
            return spec === VALUE ? [...said] : [...said].filter((_, at) => at % 2 === 1);
          };
          const rising = along((up) => ({ up, down: 4, other }));
          const falling = along((down) => ({ up: 4, down, other }));
          for (let at = 1; at < STEPS.length; at++) {
            expect(rising[at]).toBeGreaterThanOrEqual((rising[at - 1] as number) - 1e-9);
            expect(falling[at]).toBeLessThanOrEqual((falling[at - 1] as number) + 1e-9);
          }
        }
      }),
      { numRuns: 8, seed: 11 },
    );
  });
});

test("without it they do neither", async () => {
  const rows = fc.sample(fc.array(row, { minLength: ROWS, maxLength: ROWS }), { numRuns: 1, seed: 2 })[0] ?? [];
  const made = await fitted(VALUE, rows, {});
  const said = made.predict(tableFrom(STEPS.map((up) => ({ up, down: 4, other: 0 }))));
  expect([...said].some((value, at) => at > 0 && value < (said[at - 1] as number))).toBe(true);
});

test.each([
  [VALUE, "up", "begins with neither + nor -"],
  [VALUE, "+nothing", "there is no column of numbers nothing that varies; there are up, down, other"],
  [VALUE, "+up,,", "begins with neither"],
])("%j: %s is refused", async (spec, monotone, says) => {
  const rows = fc.sample(fc.array(row, { minLength: ROWS, maxLength: ROWS }), { numRuns: 1, seed: 3 })[0] ?? [];
  await expect(fitted(spec, rows, { monotone })).rejects.toMatchObject({
    label: "bad_parameter",
    message: expect.stringContaining(says),
  });
});
