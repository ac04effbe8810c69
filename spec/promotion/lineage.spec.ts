import { foldEntries, type RecipeState } from "../../core/promotion/champion.js";
import { lineageOf, type Origin } from "../../core/promotion/lineage.js";
import { bodyFor } from "../../core/promotion/orders.js";
import { decisionOf, entriesOf } from "./entries.js";

const first = { number: 1, model: "1".repeat(64), from: null };
const FILES = [{ path: "/data/rows.csv", bytes: 10, modifiedMs: 0 }];

function kinds({ kind, from }: Origin): readonly unknown[] {
  return [kind, ...from.map(kinds)];
}

it("goes from a version to its decision, and by its candidate to study, recipe and data", () => {
  const entries = entriesOf(decisionOf({ version: first }));
  const version = foldEntries(entries).recipes.get("churn")?.champion;
  if (!version) throw new Error("nothing was promoted");
  const found = lineageOf(version, entries, { files: FILES, members: [{ trial: 3, learner: "gbdt", count: 2 }] });
  expect(found).toMatchObject({ kind: "version", name: "churn@1", digest: first.model });
  const plugins = Object.keys(decisionOf().code.plugins).map(() => ["plugin"]);
  expect(kinds(found)).toEqual([
    "version",
    ["decision"],
    ["candidate", ["member"], ["study", ...plugins], ["recipe"], ["snapshot", ["file"]]],
  ]);
  expect(found.from[1]?.digest).toBe(decisionOf().evidence.candidate.digest);
});

it("has the decision that a person answered behind the answer", () => {
  const waiting = entriesOf(decisionOf({ decision: "PENDING" }));
  const state = foldEntries(waiting).recipes.get("churn") as RecipeState;
  const order = { id: "o", recipe: "churn", person: "ann", reason: "good", kind: "approve", pending: 1 } as const;
  const entries = entriesOf(decisionOf({ decision: "PENDING" }), bodyFor(order, state, waiting));
  const version = foldEntries(entries).recipes.get("churn")?.champion;
  if (!version) throw new Error("nothing was promoted");
  const [decision] = lineageOf(version, entries, { files: [], members: [] }).from;
  expect(decision).toMatchObject({ kind: "decision", facts: { seq: 2, by: "ann" } });
  expect(decision?.from).toMatchObject([{ kind: "answered", facts: { seq: 1 } }]);
});
