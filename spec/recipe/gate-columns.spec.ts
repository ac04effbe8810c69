import { gateColumns } from "../../core/recipe/gate-columns.js";
import { drift } from "../../plugins/gates/drift.js";
import { fairness } from "../../plugins/gates/fairness.js";
import { slices } from "../../plugins/gates/slices.js";

const own = { type: "object", properties: { column: { type: "string", "x-columns": true } } };
const gates = [drift, fairness, slices, { name: "own", options: own }, { name: "bare", options: {} }].map(
  ({ name, options }) => ({ name, options, plugin: "spec" }),
);

test("columns of gates are those of options whose schema says so, with the place that names each", () => {
  const found = gateColumns(
    [
      { kind: "slices", by: ["plan", "sex"], margin: 0.1, metric: "accuracy" },
      { kind: "fairness", by: ["sex"] },
      { kind: "drift", ignore: ["day"] },
      { kind: "own", column: "age" },
      { kind: "slices", found: true, margin: 0.1 },
      { kind: "bare", by: ["town"] },
      { kind: "unknown", by: ["town"] },
    ],
    { gates },
  );
  expect(found).toEqual([
    { role: "gates.0.by", column: "plan" },
    { role: "gates.0.by", column: "sex" },
    { role: "gates.1.by", column: "sex" },
    { role: "gates.3.column", column: "age" },
  ]);
});
