import { describe, expect, it } from "@jest/globals";
import { LEAST_RADIUS, localOf, POLISH } from "../../../../core/hyperparameter-js/src/samplers/auto/local.js";
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

const placeAfter = (trials: readonly FrozenTrial[]) => localOf(requestFor(LINE, trials), "minimize");

describe("the local search's place", () => {
  it("is the best complete trial", () => {
    const trials = history([0.2, 3], [0.4, 1], [0.6, 2]);
    expect(placeAfter(trials)).toMatchObject({ row: 1, best: 1, wait: 0, waited: 3 });
    expect(localOf(requestFor(LINE, trials), "maximize")).toMatchObject({ row: 0, best: -3 });
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

  it("converges", () => {
    const fails = Array.from({ length: 60 }, () => [0.2, 4, 1] as const);
    expect(placeAfter(history([0.2, 3], ...fails)).radius).toBeLessThan(LEAST_RADIUS);
  });

  it("is the same from the whole history and from its parts", () => {
    const trials = history([0.2, 3], [0.4, 1, 0.9], [0.5, 2, 0.5], [0.9, 0]);
    const growing: FrozenTrial[] = [];
    for (const trial of trials) {
      growing.push(trial);
      expect(placeAfter(growing)).toEqual(placeAfter([...growing]));
    }
  });
});
