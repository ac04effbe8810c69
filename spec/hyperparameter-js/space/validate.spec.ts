import { createStudy, HyperparameterError, type Space, validateSpace } from "hyperparameter-js";

const float = { type: "float", low: 0, high: 1 } as const;
const learner = { type: "categorical", choices: ["a", "b"] } as const;

/** What is wrong, and the whole sentence that a person reads. */
const WRONG: readonly (readonly [string, Space, string])[] = [
  [
    "a NaN bound",
    { x: { ...float, low: Number.NaN } },
    "space.x.low: expected a finite number, got NaN (BOUNDS_INVALID)",
  ],
  [
    "an infinite bound",
    { x: { ...float, high: Infinity } },
    "space.x.high: expected a finite number, got Infinity (BOUNDS_INVALID)",
  ],
  [
    "a broken whole bound",
    { x: { type: "int", low: 0.5, high: 3 } },
    "space.x.low: expected a whole number within ±(2^53 - 1), got 0.5 (BOUNDS_INVALID)",
  ],
  [
    "a range that overflows",
    { x: { ...float, low: -1e308, high: 1e308 } },
    "space.x.high: expected a range, high - low, that is a finite number, got Infinity (BOUNDS_INVALID)",
  ],
  ["low above high", { x: { ...float, low: 2 } }, "space.x.low: expected at most high, 1, got 2 (BOUNDS_REVERSED)"],
  [
    "a log from 0",
    { x: { ...float, log: true } },
    "space.x.low: expected more than 0, as log is set, got 0 (LOG_NOT_POSITIVE)",
  ],
  [
    "a negative step",
    { x: { ...float, step: -0.1 } },
    "space.x.step: expected a positive number, got -0.1 (STEP_INVALID)",
  ],
  [
    "a broken step of whole numbers",
    { x: { type: "int", low: 0, high: 3, step: 0.5 } },
    "space.x.step: expected a positive whole number, got 0.5 (STEP_INVALID)",
  ],
  [
    "a step on a log range",
    { x: { ...float, low: 0.1, log: true, step: 0.1 } },
    "space.x.step: expected no step, as log is set, got 0.1 (STEP_INVALID)",
  ],
  [
    "a step that doesn't divide the range",
    { x: { ...float, step: 0.3 } },
    "space.x.step: expected a step that divides high - low, 1, got 0.3 (STEP_NOT_DIVIDING)",
  ],
  [
    "a step wider than the range",
    { x: { type: "int", low: 0, high: 3, step: 5 } },
    "space.x.step: expected a step that divides high - low, 3, got 5 (STEP_NOT_DIVIDING)",
  ],
  [
    "no choices",
    { x: { type: "categorical", choices: [] } },
    "space.x.choices: expected one choice or more: strings, finite numbers, booleans or null, got [] (CHOICES_INVALID)",
  ],
  [
    "a choice that is no plain value",
    { x: { type: "categorical", choices: [Number.NaN] } },
    "space.x.choices: expected one choice or more: strings, finite numbers, booleans or null, got [NaN] (CHOICES_INVALID)",
  ],
  [
    "the same choice twice",
    { x: { type: "categorical", choices: ["a", "b", "a"] } },
    'space.x.choices: expected choices that differ, got ["a","b","a"] (CHOICES_DUPLICATE)',
  ],
  [
    "an unknown type",
    { x: JSON.parse('{"type":"real","low":0,"high":1}') },
    'space.x.type: expected float, int or categorical, got "real" (TYPE_UNKNOWN)',
  ],
  [
    "a condition on nothing",
    { learner, x: { ...float, when: { learnr: "a" } } },
    'space.x.when.learnr: expected a parameter of the space: learner, x, got "learnr" (CONDITION_UNKNOWN)',
  ],
  [
    "a condition on a value that can't be",
    { learner, x: { ...float, when: { learner: ["a", "c"] } } },
    'space.x.when.learner: expected values that learner can have, got "c" (CONDITION_OUTSIDE)',
  ],
  [
    "a condition without values",
    { learner, x: { ...float, when: { learner: [] } } },
    "space.x.when.learner: expected values that learner can have, got [] (CONDITION_OUTSIDE)",
  ],
  [
    "a cycle of conditions",
    { a: { ...learner, when: { c: "a" } }, b: { ...learner, when: { a: "a" } }, c: { ...learner, when: { b: "a" } } },
    "space.a.when: expected conditions without a cycle, got a -> c -> b -> a (CONDITION_CYCLE)",
  ],
  [
    "a condition on itself",
    { a: { ...learner, when: { a: "a" } } },
    "space.a.when: expected conditions without a cycle, got a -> a (CONDITION_CYCLE)",
  ],
];

describe("validateSpace", () => {
  it.each(WRONG)("refuses %s", (_, space, message) => {
    const check = () => validateSpace(space);
    expect(check).toThrow(HyperparameterError);
    expect(check).toThrow(expect.objectContaining({ message, code: /\((\w+)\)$/.exec(message)?.[1] }));
  });

  it("is asked when a study is made and when a trial is asked with a space of its own", async () => {
    const space: Space = { x: { ...float, low: 2 } };
    await expect(createStudy({ space })).rejects.toThrow("BOUNDS_REVERSED");
    await expect((await createStudy()).ask(space)).rejects.toThrow("BOUNDS_REVERSED");
  });

  it("takes decimal steps, one-valued ranges, conditions on later parameters and of several parents", () => {
    validateSpace({
      x: { type: "float", low: 0.1, high: 0.7, step: 0.1, when: { learner: "a", on: [true, 3] } },
      y: { type: "int", low: 4, high: 4, log: true },
      on: { type: "categorical", choices: [true, 3, null, "true"], when: { y: 4 } },
      learner,
    });
  });
});
