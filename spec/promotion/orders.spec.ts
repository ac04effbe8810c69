import type { Body, DecisionBody, RollbackBody } from "../../core/ledger/entry.js";
import { foldEntries, type RecipeState } from "../../core/promotion/champion.js";
import { decide } from "../../core/promotion/decide.js";
import { type AnswerOrder, bodyFor, pendingOf, type RollbackOrder, targetOf } from "../../core/promotion/orders.js";
import { decisionOf, entriesOf } from "./entries.js";

const model = (letter: string) => letter.repeat(64);
const first = { number: 1, model: model("1"), from: null };
const second = { number: 2, model: model("2"), from: 1 };
const third = { number: 3, model: model("3"), from: 2 };
const told = { id: "o1", recipe: "churn", person: "ann", reason: "it is time" };
const inference = { rows: 4, sha256: model("a") };
const back = (to: number): RollbackOrder => ({ ...told, kind: "rollback", to, inference });
const answer = (kind: "approve" | "reject", pending: number): AnswerOrder => ({ ...told, kind, pending });

function known(...bodies: readonly Body[]) {
  const entries = entriesOf(...bodies);
  return { entries, state: foldEntries(entries).recipes.get("churn") as RecipeState };
}

describe("an answer to a decision that waits", () => {
  const waiting = [decisionOf({ version: first }), decisionOf({ look: 2, decision: "PENDING" })] as const;

  it("repeats the decision with the person's word, and promotes its candidate", () => {
    const { entries, state } = known(...waiting);
    const body = bodyFor(answer("approve", 2), state, entries) as DecisionBody;
    expect(body).toMatchObject({
      decision: "PROMOTED",
      reason: "Approved by ann: it is time",
      actor: { kind: "person", name: "ann", reason: "it is time" },
      answers: 2,
      order: "o1",
      look: 2,
      version: { number: 2, model: waiting[1].evidence.candidate.digest, from: 1 },
    });
    expect(body.evidence).toEqual(waiting[1].evidence);
    const after = known(...waiting, body);
    expect(after.state).toMatchObject({ pending: null, champion: { number: 2 } });
  });

  it("or turns it down, and the champion stays", () => {
    const { entries, state } = known(...waiting);
    const body = bodyFor(answer("reject", 2), state, entries) as DecisionBody;
    expect(body).toMatchObject({ decision: "REJECTED", version: null, answers: 2 });
    expect(known(...waiting, body).state).toMatchObject({ pending: null, champion: { number: 1 } });
  });

  it("is refused where nothing waits, or another decision than the one that was read", () => {
    expect(() => pendingOf("churn", undefined)).toThrow("Nothing was decided on it yet");
    expect(() => pendingOf("churn", known(decisionOf({ version: first })).state)).toThrow("PROMOTED (1)");
    const { entries, state } = known(...waiting, decisionOf({ look: 3, decision: "PENDING" }));
    expect(() => bodyFor(answer("approve", 2), state, entries)).toThrow("log entry 3, not 2");
  });
});

describe("a rollback", () => {
  const three = [first, second, third].map((version, at) => decisionOf({ version, look: at + 1 }));

  it("goes to the version that served before, and from there to the one before it", () => {
    const { entries, state } = known(...three);
    expect(targetOf("churn", state, null).number).toBe(2);
    const once = bodyFor(back(2), state, entries) as RollbackBody;
    expect(once).toMatchObject({ kind: "rollback", from: 3, to: 2, model: model("2"), inference, order: "o1" });
    const then = known(...three, once);
    expect(then.state.champion).toMatchObject({ number: 2, seq: 2 });
    expect(targetOf("churn", then.state, null).number).toBe(1);
  });

  it("bars the model that served, until a person puts it back", () => {
    const { entries, state } = known(...three);
    const once = bodyFor(back(1), state, entries);
    const then = known(...three, once);
    expect([...then.state.barred]).toEqual([[model("3"), 4]]);
    const again = known(...three, once, bodyFor(back(3), then.state, then.entries));
    expect([...again.state.barred.keys()]).toEqual([model("1")]);
    expect(again.state.champion?.number).toBe(3);
  });

  it("leaves numbers of versions unique", () => {
    const { entries, state } = known(...three);
    const after = known(...three, bodyFor(back(1), state, entries), decisionOf({ version: { ...third, number: 4 } }));
    expect(after.state.versions.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it("is refused where nothing serves, and to a version that isn't there or that serves", () => {
    expect(() => targetOf("churn", undefined, null)).toThrow("Nothing serves for churn");
    const { state } = known(...three);
    expect(() => targetOf("churn", state, 7)).toThrow(
      "no version 7 of churn to go back to. Version 3 serves; others: 1, 2",
    );
    expect(() => targetOf("churn", state, 3)).toThrow("no version 3");
    expect(() => targetOf("churn", known(decisionOf({ version: first })).state, null)).toThrow("others: none");
  });
});

it("a model that was rolled back waits for a person, whatever its gates say", () => {
  const gate = { gate: { kind: "min_effect" }, outcome: "PASS", reason: "better.", figures: {} } as const;
  expect(decide([gate], "barred")).toMatchObject({
    decision: "PENDING",
    reason: expect.stringContaining("rolled back"),
  });
  expect(decide([{ ...gate, outcome: "FAIL" }], "barred").decision).toBe("REJECTED");
});
