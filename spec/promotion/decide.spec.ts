import fc from "fast-check";
import type { Outcome } from "../../core/plugin/index.js";
import { decide } from "../../core/promotion/decide.js";

const gate = (outcome: Outcome, kind: string = outcome.toLowerCase()) => ({
  gate: { kind },
  outcome,
  reason: `It ${kind}s by 0.1.`,
  figures: {},
});

test("every gate passed: promoted, or waiting where a person decides", () => {
  const gates = [gate("PASS", "lift"), gate("PASS", "hold")];
  expect(decide(gates, "auto")).toEqual({
    decision: "PROMOTED",
    reason: "Promoted; every gate passed: lift: It lifts by 0.1; hold: It holds by 0.1.",
  });
  expect(decide(gates, "manual").decision).toBe("PENDING");
  expect(decide(gates, "early").reason).toMatch(/^Promoted until its study ends; every gate passed: lift/);
});

test("one gate against rejects, whatever else is unknown, and the sentence names that gate alone", () => {
  expect(decide([gate("PASS"), gate("INCONCLUSIVE"), gate("FAIL")], "auto")).toEqual({
    decision: "REJECTED",
    reason: "Rejected: fail: It fails by 0.1.",
  });
});

test("a gate that can't tell, or none at all, promotes nothing", () => {
  expect(decide([gate("PASS"), gate("INCONCLUSIVE")], "manual").decision).toBe("INCONCLUSIVE");
  expect(decide([], "auto").decision).toBe("INCONCLUSIVE");
});

test("a promotion needs every gate, in each mode", () => {
  const outcomes = fc.array(fc.constantFrom<Outcome>("PASS", "FAIL", "INCONCLUSIVE"), { maxLength: 6 });
  fc.assert(
    fc.property(outcomes, fc.constantFrom("auto" as const, "manual" as const, "early" as const), (drawn, mode) => {
      const { decision } = decide(
        drawn.map((outcome) => gate(outcome)),
        mode,
      );
      const all = drawn.length > 0 && drawn.every((outcome) => outcome === "PASS");
      expect(decision === "PROMOTED" || decision === "PENDING").toBe(all);
    }),
  );
});
