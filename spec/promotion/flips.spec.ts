import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { encodeBits } from "../../core/evaluator/bits.js";
import type { DecisionBody } from "../../core/ledger/entry.js";
import { flipsIn, flipsOf, meetingOf } from "../../core/promotion/flips.js";
import { decisionOf, entriesOf } from "./entries.js";

const [ONE, TWO, THREE] = ["1", "2", "3"].map((digit) => digit.repeat(64)) as [string, string, string];

/** A look of a candidate at a champion, with which rows each had right, on a holdout. */
function look(holdout: string, candidate: string, champion: string | null): DecisionBody {
  const body = decisionOf({ holdout });
  const contender = (digest: string) => ({ digest, bytes: 1, scores: {}, right: `${holdout}:${digest[0]}` });
  const evidence = { ...body.evidence, candidate: contender(candidate), champion: champion && contender(champion) };
  return { ...body, evidence } as DecisionBody;
}

describe("where two models met", () => {
  it("is the newest confirm side that both were judged on, be it in looks of their own", () => {
    const entries = entriesOf(look("a", ONE, null), look("a", TWO, ONE), look("b", THREE, TWO), look("b", ONE, TWO));
    expect(meetingOf(entries, [ONE, TWO])).toEqual({ holdout: "b", rows: 100, right: ["b:1", "b:2"] });
    expect(meetingOf(entries, [THREE, ONE])).toEqual({ holdout: "b", rows: 100, right: ["b:3", "b:1"] });
    expect(meetingOf(entries.slice(0, 2), [TWO, ONE])).toMatchObject({ holdout: "a", right: ["a:2", "a:1"] });
  });

  it("is nowhere where they never met, or an earlier sous kept nothing", () => {
    expect(meetingOf(entriesOf(look("a", ONE, null), look("b", THREE, TWO)), [ONE, TWO])).toBeNull();
    expect(meetingOf(entriesOf(decisionOf(), decisionOf()), ["c".repeat(64), "b".repeat(64)])).toBeNull();
  });
});

describe("flips", () => {
  const bits = fc
    .array(fc.integer({ min: 0, max: 1 }), { minLength: 60, maxLength: 60 })
    .map((all) => Uint8Array.from(all));

  it("keep the identity: accuracy gained is positive less negative flips", () => {
    fc.assert(
      fc.property(bits, bits, (one, two) => {
        const { accuracy, pfr, nfr, negative, positive, bothRight, bothWrong } = flipsOf(one, two);
        expect(accuracy[1] - accuracy[0]).toBeCloseTo(pfr - nfr, 12);
        expect(nfr).toBeGreaterThanOrEqual(Math.max(0, accuracy[0] - accuracy[1]) - 1e-12);
        expect(negative + positive + bothRight + bothWrong).toBe(60);
        expect(flipsOf(two, one)).toMatchObject({ negative: positive, positive: negative });
      }),
    );
  });

  it("have McNemar's exact chance: scipy.stats.binomtest(9, 12, 0.5, 'greater')", () => {
    const one = Uint8Array.from({ length: 40 }, (_, row) => (row < 9 ? 1 : row < 12 ? 0 : 1));
    const two = Uint8Array.from({ length: 40 }, (_, row) => (row < 9 ? 0 : 1));
    const found = flipsOf(one, two);
    expect(found).toMatchObject({ negative: 9, positive: 3, bothRight: 28, bothWrong: 0, nfi: 1 });
    expect(found.p).toBeCloseTo(0.072998046875, 10);
    expect(flipsOf(one, one)).toMatchObject({ negative: 0, p: 1, nfi: 0 });
  });

  it("are read from what was kept, and not from what is damaged", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sous-flips-"));
    const artifacts = new Artifacts(folder);
    const right = [await artifacts.put(encodeBits([1, 1, 0])), await artifacts.put(encodeBits([1, 0, 1]))] as const;
    const meeting = { holdout: "a", rows: 3, right };
    expect(await flipsIn(artifacts, meeting)).toMatchObject({ negative: 1, positive: 1, bothRight: 1 });
    expect(await flipsIn(artifacts, { ...meeting, rows: 30 })).toBeNull();
    await artifacts.remove(right[0]);
    expect(await flipsIn(artifacts, meeting)).toBeNull();
    await rm(folder, { recursive: true });
  });
});
