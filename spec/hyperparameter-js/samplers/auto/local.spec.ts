import { describe, expect, it } from "@jest/globals";
import { ASIDE, LEAST_RADIUS, localsOf, POLISH } from "../../../../core/hyperparameter-js/src/samplers/auto/local.js";
import type { FrozenTrial, Space } from "../../../../core/hyperparameter-js/src/types.js";
import { complete, requestFor } from "./histories.js";

const LINE: Space = { x: { type: "float", low: 0, high: 1 }, kind: { type: "categorical", choices: ["a", "b"] } };

/** Trials at x with a value; a third number is what the local search had promised. */
function history(...steps: readonly (readonly [x: number, value: number, promise?: number])[]): FrozenTrial[] {
  return steps.map(([x, value, promise], number) => {
    const why = promise === undefined ? { rule: "random" } : { rule: POLISH, acquisition: promise };
    return complete(number, { x, kind: "a" }, value, { why });
  });
}

const searches = (trials: readonly FrozenTrial[]) => localsOf(requestFor(LINE, trials), "minimize");
const placeAfter = (trials: readonly FrozenTrial[]) => searches(trials).main;

describe("the search beside the best trial", () => {
  it("is the best complete trial", () => {
    const trials = history([0.2, 3], [0.4, 1], [0.6, 2]);
    expect(placeAfter(trials)).toMatchObject({ row: 1, best: 1, wait: 0, waited: 3 });
    expect(localsOf(requestFor(LINE, trials), "maximize").main).toMatchObject({ row: 0, best: -3 });
  });

  it("is none before a trial has a value", () => {
    const failed = complete(0, { x: 0.5, kind: "a" }, 0, { state: "failed", values: null });
    expect(placeAfter([]).row).toBe(-1);
    expect(placeAfter([failed]).row).toBe(-1);
  });

  it("grows where the model kept its promise at its edge, and goes on at once", () => {
    expect(placeAfter(history([0.2, 3], [0.4, 1, 0.9]))).toMatchObject({ radius: 0.4, wait: 0, waited: 0 });
  });

  it("stays as it is where the promise was kept inside", () => {
    expect(placeAfter(history([0.2, 3], [0.25, 1, 0.9])).radius).toBe(0.2);
  });

  it("shrinks where the promise was broken, and waits 1, 2, 4 … trials", () => {
    const once = history([0.2, 3], [0.4, 4, 1]);
    expect(placeAfter(once)).toMatchObject({ radius: 0.1, wait: 1, waited: 0 });
    expect(placeAfter(history([0.2, 3], [0.4, 4, 1], [0.9, 5], [0.3, 4, 1]))).toMatchObject({
      radius: expect.closeTo(0.05, 12),
      wait: 2,
    });
  });

  it("waits no longer than 16 trials", () => {
    const fails = Array.from({ length: 12 }, () => [0.21, 4, 1] as const);
    expect(placeAfter(history([0.2, 3], ...fails)).wait).toBe(16);
  });

  it("begins anew beside a better point that another sampler found elsewhere", () => {
    const fails = Array.from({ length: 6 }, () => [0.2, 4, 1] as const);
    const stuck = history([0.2, 3], ...fails);
    expect(placeAfter(stuck).radius).toBeLessThan(0.001);
    expect(placeAfter(history([0.2, 3], ...fails, [0.9, 2]))).toMatchObject({ radius: 0.2, wait: 1, waited: 1 });
  });

  it("looks no wider than a small step of another sampler", () => {
    const fails = Array.from({ length: 6 }, () => [0.2, 4, 1] as const);
    expect(placeAfter(history([0.2, 3], ...fails, [0.21, 2])).radius).toBeCloseTo(0.01, 12);
  });

  it("waits longer in a long study, a sixteenth of it", () => {
    const others = Array.from({ length: 800 }, () => [0.9, 5] as const);
    const fails = Array.from({ length: 12 }, () => [0.21, 4, 1] as const);
    expect(placeAfter(history([0.2, 3], ...others, ...fails)).wait).toBe(50);
  });

  it("converges", () => {
    const fails = Array.from({ length: 60 }, () => [0.2, 4, 1] as const);
    expect(placeAfter(history([0.2, 3], ...fails)).radius).toBeLessThan(LEAST_RADIUS);
  });

  it("is the same from the whole history and from its parts", () => {
    const trials = history([0.2, 3], [0.4, 1, 0.9], [0.5, 2, 0.5], [0.9, 0]);
    const growing: FrozenTrial[] = [];
    for (const trial of trials) {
      growing.push(trial);
      expect(searches(growing)).toEqual(searches([...growing]));
    }
  });
});

describe("the search aside", () => {
  /** Two failures beside 0.2, with a second hollow about 0.8. */
  const stuck: readonly (readonly [number, number, number?])[] = [
    [0.2, 1],
    [0.8, 2],
    [0.75, 3],
    [0.21, 4, 0],
    [0.5, 9],
    [0.21, 4, 0],
  ];
  const aside = (number: number, x: number, value: number, promise: number) =>
    complete(number, { x, kind: "a" }, value, { why: { rule: ASIDE, acquisition: promise } });

  it("waits until the one beside the best trial fails twice in a row", () => {
    expect(searches(history(...stuck.slice(0, 5))).aside).toBeNull();
  });

  it("begins at the best trial that is far from it", () => {
    expect(searches(history(...stuck)).aside).toMatchObject({ row: 1, best: 2, radius: 0.2, wait: 1, waited: 1 });
  });

  it("goes down there, and leaves the other one where it is", () => {
    const { main, aside: other } = searches([...history(...stuck), aside(6, 0.7, 1.5, 1.4)]);
    expect(main).toMatchObject({ row: 0, best: 1 });
    expect(other).toMatchObject({ row: 6, best: 1.5, wait: 1, waited: 0 });
  });

  it("becomes the search beside the best trial when it finds that", () => {
    const { main, aside: other } = searches([...history(...stuck), aside(6, 0.9, 0.5, 0.4)]);
    expect(main).toMatchObject({ row: 6, best: 0.5 });
    expect(other).toBeNull();
  });

  it("ends where it gets no further, and the place is not looked at again", () => {
    const fails = [6, 7, 8].map((number) => aside(number, 0.81, 5, 1));
    const { aside: other } = searches([...history(...stuck), ...fails]);
    expect(other).toBeNull();
    const later = Array.from({ length: 40 }, (_, at) => complete(9 + at, { x: 0.81, kind: "a" }, 5));
    // What is left is 0.5 alone: 0.2 and 0.8 are known.
    expect(searches([...history(...stuck), ...fails, ...later]).aside).toMatchObject({ row: 4 });
  });

  it("ends where it comes to the best trial's own hollow", () => {
    expect(searches([...history(...stuck), aside(6, 0.25, 1.2, 1.1)]).aside).toBeNull();
  });

  it("looks into other choices too", () => {
    const trials = history([0.2, 1], [0.21, 4, 0], [0.21, 5], [0.21, 4, 0]);
    const other = complete(0, { x: 0.2, kind: "b" }, 2);
    const all = [other, ...trials].map((trial, number) => ({ ...trial, number }));
    expect(searches(all).aside).toMatchObject({ row: 0 });
  });
});
