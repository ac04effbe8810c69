import fc from "fast-check";
import type { FrozenTrial, ParamValue, TrialState } from "hyperparameter-js";
import { anySpace } from "../space/arbitrary.js";

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("__proto__", "\ud800", "naïve\u2028"),
);
const value: fc.Arbitrary<ParamValue> = fc.oneof(fc.double(), fc.integer(), text, fc.boolean(), fc.constant(null));
const states: readonly TrialState[] = ["waiting", "running", "complete", "pruned", "failed", "stale"];
const whole = fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat());

/** Trials as storages meet them, and stranger ones: any number, text and attribute that JSON knows, NaN and −0 besides. */
export const anyTrial: fc.Arbitrary<FrozenTrial> = fc
  .record({
    number: fc.nat({ max: 5 }),
    state: fc.constantFrom(...states),
    params: fc.dictionary(text, value, { noNullPrototype: true, maxKeys: 4 }),
    distributions: fc.oneof(anySpace, fc.constant({})),
    values: fc.oneof(fc.constant(null), fc.array(fc.double(), { maxLength: 3 })),
    constraints: fc.option(fc.array(fc.double(), { maxLength: 2 }), { nil: undefined }),
    intermediate: fc.array(fc.tuple(whole, fc.double()), { maxLength: 4 }),
    userAttrs: fc.dictionary(text, fc.jsonValue(), { noNullPrototype: true, maxKeys: 3 }),
    why: fc.option(fc.record({ rule: text, acquisition: fc.double(), nearest: fc.array(whole, { maxLength: 3 }) })),
    asked: fc.option(
      fc.record({ params: fc.dictionary(text, value, { noNullPrototype: true, maxKeys: 2 }), distributions: anySpace }),
      { nil: undefined },
    ),
  })
  .map(({ constraints, asked, ...rest }) => ({
    ...rest,
    ...(constraints && { constraints }),
    ...(asked && { asked }),
  }));

/** Puts of one study: each trial asked, and perhaps told later with the same parts, as a study does. */
export const anyPuts: fc.Arbitrary<readonly FrozenTrial[]> = fc
  .array(fc.tuple(anyTrial, fc.boolean()), { maxLength: 8 })
  .map((drawn) =>
    drawn.flatMap(([trial, asFollowUp]) => {
      const { asked: _asked, constraints: _constraints, ...rest } = trial;
      const running = { ...rest, state: "running" as const, values: null, intermediate: [] };
      return asFollowUp ? [running, { ...trial, params: { ...trial.params } }] : [trial];
    }),
  );
