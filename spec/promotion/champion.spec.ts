import fc from "fast-check";
import { digestOf } from "../../core/artifacts/digest.js";
import { RUNNING } from "../../core/ledger/entry.js";
import {
  bodyOf,
  foldEntries,
  NOTHING_DECIDED,
  nextNumber,
  type RecipeState,
  rivalOf,
  wantsEarly,
  workKey,
} from "../../core/promotion/champion.js";
import { decisionOf, entriesOf, headerOf } from "./entries.js";

const model = (letter: string) => letter.repeat(64);
const first = { number: 1, model: model("1"), from: null };
const second = { number: 2, model: model("2"), from: 1 };

test("nothing in the log is no champion, and version one", () => {
  expect(foldEntries([])).toEqual(NOTHING_DECIDED);
  expect(nextNumber(undefined)).toBe(1);
});

test("the champion is the last promoted version; rejections leave it", () => {
  const entries = entriesOf(
    decisionOf({ version: first }),
    decisionOf({ look: 2 }),
    decisionOf({ look: 3, version: second }),
    decisionOf({ look: 4 }),
  );
  const state = foldEntries(entries).recipes.get("churn");
  expect(state?.champion).toMatchObject({ name: "churn", number: 2, model: model("2"), seq: 3 });
  expect(state?.versions.map(({ number, seq }) => [number, seq])).toEqual([
    [1, 1],
    [2, 3],
  ]);
  expect(state?.last).toMatchObject({ seq: 4, decision: "REJECTED" });
  expect(nextNumber(state)).toBe(3);
});

test("a version's files are named by the recipe's digest and that of the decision without its header", () => {
  const body = decisionOf({ version: first });
  const version = foldEntries(entriesOf(body)).recipes.get("churn")?.champion;
  expect(version).toMatchObject({ recipe: body.recipe.digest, evidence: digestOf(body) });
  expect(bodyOf({ ...headerOf(9), ...body })).toEqual(body);
});

test("work that was decided is known by its digest and its data, whatever the decision", () => {
  const standing = foldEntries(entriesOf(decisionOf(), decisionOf({ decision: "INCONCLUSIVE", snapshot: "s2" })));
  const decided = standing.recipes.get("churn")?.decided;
  expect(decided?.get(workKey("w1", "s1"))).toBe(1);
  expect(decided?.get(workKey("w1", "s2"))).toBe(2);
  expect(decided?.has(workKey("w2", "s1"))).toBe(false);
});

test("what was promoted while its study ran serves until that study is decided, and decides no work", () => {
  const early = { ...decisionOf({ version: first }).search, study: "s", ended: RUNNING };
  const [promoted, rejected] = [{ version: first }, {}].map((part) => {
    const standing = foldEntries(entriesOf({ ...decisionOf(part), search: early }));
    return standing.recipes.get("churn") as RecipeState;
  }) as [RecipeState, RecipeState];
  expect(promoted.decided.size).toBe(0);
  expect([rivalOf(promoted, "s"), rivalOf(promoted, "t")?.number]).toEqual([null, 1]);
  expect([wantsEarly(undefined, "s"), wantsEarly(promoted, "s"), wantsEarly(promoted, "t")]).toEqual([
    true,
    false,
    false,
  ]);
  expect([rivalOf(rejected, "s"), wantsEarly(rejected, "s"), wantsEarly(rejected, "t")]).toEqual([null, false, true]);
  const settled = foldEntries(entriesOf(decisionOf({ version: first }))).recipes.get("churn");
  expect(rivalOf(settled, "s")?.number).toBe(1);
});

test("a pending decision waits until the next one, or until the recipe is retired", () => {
  const pending = decisionOf({ decision: "PENDING" });
  const retired = { ...headerOf(2), kind: "retired", recipe: pending.recipe, reason: "The file is gone." } as const;
  expect(foldEntries(entriesOf(pending)).recipes.get("churn")?.pending?.seq).toBe(1);
  expect(foldEntries(entriesOf(pending, decisionOf())).recipes.get("churn")?.pending).toBeNull();
  expect(foldEntries([...entriesOf(pending), retired]).recipes.get("churn")?.pending).toBeNull();
});

test("a retired recipe keeps its champion, and is active again with its next decision", () => {
  const promoted = decisionOf({ version: first });
  const retired = { ...headerOf(2), kind: "retired", recipe: promoted.recipe, reason: "The file is gone." } as const;
  const standing = foldEntries([...entriesOf(promoted), retired]);
  expect(standing.recipes.get("churn")).toMatchObject({ state: "retired", champion: { number: 1 } });
  const again = foldEntries([{ ...headerOf(3), ...decisionOf({ look: 2 }) }], standing);
  expect(again.recipes.get("churn")).toMatchObject({ state: "active", champion: { number: 1 } });
});

test("a recipe whose file came back unchanged is active again without a decision", () => {
  const promoted = decisionOf({ version: first });
  const retired = { ...headerOf(2), kind: "retired", recipe: promoted.recipe, reason: "The file is gone." } as const;
  const returned = {
    ...headerOf(3),
    kind: "returned",
    recipe: { ...promoted.recipe, path: "recipes/moved.yaml" },
  } as const;
  const state = foldEntries([...entriesOf(promoted), retired, returned]).recipes.get("churn");
  expect(state).toMatchObject({ state: "active", path: "recipes/moved.yaml", champion: { number: 1 } });
});

test("folding in two parts is folding at once, and leaves what it started from", () => {
  const body = fc.record({
    name: fc.constantFrom("a", "b", "c"),
    look: fc.integer({ min: 1, max: 9 }),
    holdout: fc.constantFrom("h1", "h2"),
    snapshot: fc.constantFrom("s1", "s2"),
    version: fc.option(
      fc.record({ number: fc.integer({ min: 1, max: 9 }), model: fc.constant(model("e")), from: fc.constant(null) }),
      { nil: null },
    ),
  });
  fc.assert(
    fc.property(fc.array(body, { maxLength: 12 }), fc.nat(12), (bodies, cut) => {
      const entries = entriesOf(...bodies.map((telling) => decisionOf(telling)));
      const start = foldEntries(entries.slice(0, cut));
      const before = structuredClone(start);
      expect(foldEntries(entries.slice(cut), start)).toEqual({
        ...foldEntries(entries),
        seq: Math.max(start.seq, entries.length),
      });
      expect(start).toEqual(before);
    }),
    { numRuns: 60 },
  );
});
