import fc from "fast-check";
import type { Body, DecisionBody, DuelBody, Entry } from "../../core/ledger/entry.js";
import { foldEntries, type RecipeState } from "../../core/promotion/champion.js";
import { begun, fought, openDuelsOf, outcomeOf, toldOf } from "../../core/promotion/duel.js";
import { firstUnfounded } from "../../core/promotion/duel-check.js";
import { followUp } from "../../core/promotion/orders.js";
import { decisionOf, entriesOf, recipeOf } from "./entries.js";

const model = (letter: string) => letter.repeat(64);
const inference = { rows: 4, sha256: model("a") };
const recipe = {
  ...recipeOf("churn"),
  promotion: { mode: "shadow", early: false, alpha: 0.05, shadow: { rows: 90 }, probation: { rows: 90, alpha: 0.05 } },
} as const;

function decided(look: number, telling: Parameters<typeof decisionOf>[0]): DecisionBody {
  const body = decisionOf({ look, snapshot: "s0", ...telling });
  return { ...body, evidence: { ...body.evidence, known: model("e") } };
}

const promoted = (number: number): DecisionBody => ({
  ...decided(number, { version: { number, model: model(`${number}`), from: number - 1 || null } }),
  probation: recipe.promotion.probation,
});
const shadowed: DecisionBody = {
  ...decided(2, { decision: "PENDING" }),
  waits: "shadow",
  multiplicity: { scheme: "lord++", of: 0.05, against: "champion", left: 0.01 },
};

/** A log as the daemon writes it on: rounds of whatever is open for each arrival, and what they decide. */
function played(start: readonly Body[], arrivals: readonly (readonly number[])[]): readonly Body[] {
  const bodies = [...start];
  const now = () => {
    const entries = entriesOf(...bodies);
    return { entries, state: foldEntries(entries).recipes.get("churn") as RecipeState };
  };
  for (const [at, values] of arrivals.entries()) {
    const { entries, state } = now();
    const [open] = openDuelsOf(state, recipe, entries);
    if (open === undefined) break;
    const { purpose, of, a, b, alpha, most, last } = open;
    const before = last?.progress ?? begun({ loss: "error", scale: [], waiting: [] });
    const arrived = values.length + 1; // one more than pairs
    const round = fought(before, { rows: arrived, values, waiting: [] }, alpha);
    const outcome = outcomeOf(round, most);
    const pair = { purpose, of, a, b, metric: "roc_auc", alpha, most };
    const seen = { snapshot: `s${at + 1}`, arrived, known: model("f"), progress: round.progress, inference };
    bodies.push({
      kind: "duel",
      recipe: decisionOf().recipe,
      ...pair,
      ...seen,
      outcome,
      reason: toldOf(open, round, outcome),
    });
    const after = now();
    const due = followUp(after.entries.at(-1) as Entry & DuelBody, after.state, after.entries);
    if (due !== null) bodies.push(due);
  }
  return bodies;
}

const worse = [[0.5, 0, -0.5, 0.2], [-0.2, 0.1], [...Array.from({ length: 30 }, () => -0.5)]];
const better = worse.map((values) => values.map((value) => -value));
const probation = played([promoted(1), promoted(2)], worse);
const shadow = played([promoted(1), shadowed], better);
const told = (bodies: readonly Body[]) =>
  bodies.map((body) => (body.kind === "duel" ? body.outcome : body.kind === "decision" ? body.decision : body.kind));

function faultOf(bodies: readonly Body[]) {
  return firstUnfounded(entriesOf(...bodies));
}

/** The log with another line in a place, from 1. */
function changed<T extends Body>(bodies: readonly Body[], seq: number, change: (body: T) => object): readonly Body[] {
  return bodies.map((body, at) => (at === seq - 1 ? ({ ...body, ...change(body as T) } as Body) : body));
}

it("has nothing against what the daemon writes", () => {
  expect(told(probation)).toEqual(["PROMOTED", "PROMOTED", "open", "open", "a", "rollback"]);
  expect(told(shadow)).toEqual(["PROMOTED", "PENDING", "open", "open", "b", "PROMOTED"]);
  const difference = fc.double({ min: -1, max: 1, noNaN: true });
  const arrivals = fc.array(fc.array(difference, { maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(probation.slice(0, 2), shadow.slice(0, 2)), arrivals, (start, values) => {
      expect(faultOf(played(start, values))).toBeNull();
    }),
  );
  // a person's word needs no duel
  const actor = { kind: "person", name: "ann", reason: "complaints" } as const;
  const own = changed(probation, 6, () => ({ actor }));
  expect(faultOf(own.filter(({ kind }) => kind !== "duel"))).toBeNull();
});

type Change = (round: DuelBody) => object;
const progress = (change: (progress: DuelBody["progress"]) => object): Change => {
  return (round) => ({ progress: { ...round.progress, ...change(round.progress) } });
};
const betsFor = (side: "forA" | "forB", change: (bets: DuelBody["progress"]["bets"]["forA"]) => object) =>
  progress(({ bets }) => ({ bets: { ...bets, [side]: { ...bets[side], ...change(bets[side]) } } }));
const grown = (by: number) => betsFor("forA", ({ capital }) => ({ capital: capital.map((value) => value * by) }));

const OTHER_PAIR = "it names other models than the one that served and the one that was to prove itself";
const ROWS = "its rows are not those of the round before and those that arrived";
const MADE = "so many units, or so much gain, can't be made of the rows that arrived";
const BETS = "its bets are none that such a gain can have made of those of the round before";
const OUTCOME = "its outcome doesn't follow from its bets, its alpha and its rows";
const COUNTED = "its rows count in another way than in the round before";
const ALPHA = "it may risk another alpha than its recipe had";
const MOST = "it ends after other rows than its recipe had";

describe("a round that doesn't follow from the lines before it", () => {
  it.each<[string, number, Change, string]>([
    ["is about a line that opened nothing", 3, () => ({ of: 1 }), "no probation of line 1 was open"],
    ["is about a later line", 3, () => ({ of: 6 }), "no probation of line 6 was open"],
    [
      "is of another recipe",
      3,
      ({ recipe: own }) => ({ recipe: { ...own, name: "other" } }),
      "no probation of line 2 was open",
    ],
    ["is of another purpose", 3, () => ({ purpose: "shadow" }), "no shadow of line 2 was open"],
    ["has ended before it took its rows", 4, () => ({ outcome: "ended" }), OUTCOME],
    ["has another rival", 4, () => ({ a: model("9") }), OTHER_PAIR],
    ["has another candidate", 4, () => ({ b: model("9") }), OTHER_PAIR],
    ["may risk everything", 4, () => ({ alpha: 1 }), ALPHA],
    ["may risk more than the promotion said", 4, ({ alpha }) => ({ alpha: 2 * alpha }), ALPHA],
    ["ends before it would", 4, ({ progress: { rows } }) => ({ most: rows, outcome: "ended" }), MOST],
    ["ends later than it would", 4, ({ most }) => ({ most: most + 1 }), MOST],
    ["counts a snapshot twice", 4, () => ({ snapshot: "s1" }), "its snapshot had been seen before"],
    ["says nothing of where it stands", 4, () => ({ progress: undefined }), "it doesn't say where the duel stands"],
    ["lacks its bets", 4, () => ({ progress: {} }), "it doesn't say where the duel stands"],
    ["forgets rows", 4, progress(({ rows }) => ({ rows: rows - 1 })), ROWS],
    ["has rows that never came", 4, ({ arrived }) => ({ arrived: arrived + 1 }), ROWS],
    [
      "has no rows",
      4,
      (round) => ({ arrived: 0, ...progress(({ rows }) => ({ rows: rows - round.arrived }))(round) }),
      ROWS,
    ],
    ["counts by another loss", 4, progress(() => ({ loss: "squared" })), COUNTED],
    ["counts by another scale", 4, progress(() => ({ scale: [2] })), COUNTED],
    ["makes more of its rows than they are", 4, progress(({ units }) => ({ units: units + 9 })), MADE],
    ["forgets units", 4, progress(() => ({ units: 0 })), MADE],
    ["gains more than its units can", 4, progress(({ gain }) => ({ gain: gain - 3 })), MADE],
    ["has capital below nothing", 4, grown(-1), BETS],
    ["has capital that its gain can't make", 4, grown(1.2), BETS],
    ["has fewer bets", 4, betsFor("forB", ({ capital }) => ({ capital: capital.slice(1) })), BETS],
    ["bets on something else", 4, betsFor("forB", () => ({ mean: -0.1 })), BETS],
    ["forgets how far its bets had grown", 4, betsFor("forA", () => ({ peak: 0.5 })), BETS],
    [
      "had a peak that its bets have not",
      4,
      (round) => ({ ...betsFor("forA", () => ({ peak: 21 }))(round), outcome: "a" }),
      "its bets had not grown so far",
    ],
    ["is open though it was decided", 5, () => ({ outcome: "open" }), OUTCOME],
    ["is decided for the other", 5, () => ({ outcome: "b" }), OUTCOME],
    ["is decided before it is", 4, () => ({ outcome: "a" }), OUTCOME],
  ])("%s", (_what, seq, change, reason) => {
    expect(faultOf(changed(probation, seq, change))).toEqual({ seq, kind: "duel", reason });
  });

  it("is told by its outcome alone where the promotion is of an earlier sous, which said no terms", () => {
    const older = changed(probation, 2, () => ({ probation: undefined }));
    expect(faultOf(older)).toBeNull();
    const late = changed<DuelBody>(older, 4, ({ progress: { rows } }) => ({ most: rows }));
    expect(faultOf(late)).toEqual({ seq: 4, kind: "duel", reason: OUTCOME });
  });

  it("comes after the one that decided, or after the champion was taken back", () => {
    const [, , first, second, last, back] = probation as readonly Body[] & { 5: Body };
    const start = probation.slice(0, 2);
    const again = (...bodies: readonly (Body | undefined)[]) => faultOf([...start, ...(bodies as readonly Body[])]);
    const reason = "no probation of line 2 was open";
    expect(again(first, second, last, { ...(last as DuelBody), snapshot: "s9" })).toMatchObject({ seq: 6, reason });
    const person = { ...back, actor: { kind: "person", name: "ann", reason: "" } } as Body;
    expect(again(person, first)).toMatchObject({ seq: 4, reason });
  });

  it("may not risk more than the recipe of its candidate in shadow", () => {
    const change = changed<DuelBody>(shadow, 3, () => ({ alpha: 0.06 }));
    expect(faultOf(change)).toEqual({ seq: 3, kind: "duel", reason: ALPHA });
  });
});

describe("what no round decided", () => {
  const without = (bodies: readonly Body[]) => faultOf([...bodies.slice(0, 4), ...bodies.slice(5)]);

  it("is no rollback, and no answer, of the daemon's own", () => {
    const reason = "no round of a duel had decided it";
    expect(without(probation)).toEqual({ seq: 5, kind: "rollback", reason });
    expect(without(shadow)).toEqual({ seq: 5, kind: "decision", reason });
    expect(faultOf([...probation, probation[5] as Body])).toEqual({ seq: 7, kind: "rollback", reason });
    expect(faultOf([...shadow, shadow[5] as Body])).toEqual({ seq: 7, kind: "decision", reason });
  });

  it.each<[string, readonly Body[], object]>([
    ["goes back to another version", probation, { to: 2, model: model("2") }],
    ["ran another model", probation, { inference: { rows: 4, sha256: model("0") } }],
    ["rejects what has won", shadow, { decision: "REJECTED", version: null }],
    ["promotes another model", shadow, { version: { number: 2, model: model("9"), from: 1 } }],
    ["carries another look", shadow, { look: 7 }],
  ])("%s", (_what, bodies, change) => {
    const kind = bodies[5]?.kind;
    expect(faultOf(changed(bodies, 6, () => change))).toEqual({
      seq: 6,
      kind,
      reason: "it is not what line 5 had decided",
    });
  });

  it("may be worded in another way", () => {
    for (const bodies of [probation, shadow]) expect(faultOf(changed(bodies, 6, () => ({ reason: "So." })))).toBeNull();
  });
});
