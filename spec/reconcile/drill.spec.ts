import type { Body } from "../../core/ledger/entry.js";
import { foldEntries, type RecipeState } from "../../core/promotion/champion.js";
import { drillBody } from "../../core/promotion/orders.js";
import { drilledVersion, dueDrills } from "../../core/reconcile/drill.js";
import { decisionOf, entriesOf } from "../promotion/entries.js";

const versions = [1, 2, 3].map((number) => ({ number, model: String(number).repeat(64), from: number - 1 || null }));
const bodies = versions.map((version, at) => decisionOf({ version, look: at + 1 }));
const DAY = 86_400;

function stateOf(...given: readonly Body[]) {
  const entries = entriesOf(...given);
  return { entries, state: foldEntries(entries).recipes.get("churn") as RecipeState };
}

it("is of the version that a rollback would go to, or of the only one", () => {
  expect(drilledVersion(stateOf(...bodies).state)?.number).toBe(2);
  expect(drilledVersion(stateOf(...bodies.slice(0, 1)).state)?.number).toBe(1);
  expect(drilledVersion(stateOf(decisionOf()).state)).toBeNull();
});

it("is due when the last one, or the promotion where there was none, is older than the interval", () => {
  const { entries, state } = stateOf(...bodies);
  const later = (days: number) => new Date(Date.parse(entries[2]?.time ?? "") + 1000 * DAY * days).toISOString();
  const due = (days: number, of = state, interval: number | null = 7 * DAY) =>
    dueDrills([of], entries, { interval, time: later(days) }).length;
  expect([due(6), due(7), due(8)]).toEqual([0, 1, 1]);
  expect(due(1_000, state, null)).toBe(0);
  expect(due(1_000, { ...state, state: "retired" })).toBe(0);
  expect(due(1_000, stateOf(decisionOf()).state)).toBe(0);
  const found = { outcome: "PASSED", reason: "fine.", rows: 9, same: 9, restoreMs: 1 } as const;
  const [, second] = state.versions;
  if (second === undefined) throw new Error("three versions were made");
  const drilled = stateOf(...bodies, drillBody(state, second, found)).state;
  expect(drilled.drilled).toMatchObject({ seq: 4, version: 2, outcome: "PASSED" });
  expect(drilled.champion?.number).toBe(3);
});
