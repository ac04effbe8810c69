import { describe, expect, it } from "@jest/globals";
import { createRng } from "hyperparameter-js";
import { rotation } from "../random.mjs";
import { ecdfArea } from "./area.mjs";
import { bbob, GROUPS } from "./functions.mjs";
import { oscillate, penalty, scaled, scales, skew } from "./transforms.mjs";

const close = (got: readonly number[], wanted: readonly number[]) => {
  expect(got.length).toBe(wanted.length);
  got.forEach((value, at) => {
    expect(value).toBeCloseTo(wanted[at] as number, 12);
  });
};

/** Vectors from Python's math module, by the definitions of COCO's documentation. */
describe("the transformations", () => {
  it("oscillate as T_osz does", () => {
    close(
      [0, 1, -1, 0.3, -0.3, 25, -1e-3].map(oscillate),
      [0, 1, -1, 0.30878646133953985, -0.3033218366414294, 26.24293374018214, -0.0009599132285352566],
    );
  });

  it("skew as T_asy does", () => {
    close(skew(0.5, [0.5, -2, 3, 4]), [0.5, -2, 5.657015120641841, 16]);
  });

  it("scale as Λ does", () => {
    close(scales(100, 5), [1, 1.7782794100389228, 3.1622776601683795, 5.623413251903491, 10]);
    close(scaled([1, 2], [3, -4]), [3, -8]);
  });

  it("punish what is outside the box only", () => {
    expect(penalty([5, -5, 0])).toBe(0);
    expect(penalty([6, -7, 1])).toBe(5);
  });

  it("turn without stretching", () => {
    const rows = rotation(5, "spec");
    rows.forEach((row, i) => {
      const products = rows.map((other) => row.reduce((sum, v, at) => sum + v * (other[at] as number), 0));
      close(
        products,
        rows.map((_, j) => (i === j ? 1 : 0)),
      );
    });
  });
});

describe.each(GROUPS.flatMap(({ name, ids }) => ids.map((id) => [name, id] as const)))("%s: f%i", (_, id) => {
  it.each([2, 5])("has its least value at its minimiser, in %i dimensions", (d) => {
    for (const instance of [1, 2]) {
      const { at, minimizer, minimum } = bbob(id, d, instance);
      expect(minimizer.every((v) => Math.abs(v) <= 5)).toBe(true);
      expect(at(minimizer)).toBeCloseTo(minimum, 10);
      const rng = createRng(instance, id, d);
      let least = Number.POSITIVE_INFINITY;
      for (let draw = 0; draw < 100; draw++) {
        const far = minimizer.map(() => 10 * rng.next() - 5);
        const beside = minimizer.map((v) => v + 1e-3 * (rng.next() - 0.5));
        least = Math.min(least, at(far), at(beside));
      }
      expect(least).toBeGreaterThanOrEqual(minimum - 1e-9);
    }
  });
});

it("holds 24 functions, each in one group", () => {
  expect(GROUPS.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: 24 }, (_, at) => at + 1));
});

it("gives other instances by other numbers, and the same by the same", () => {
  expect(bbob(3, 5, 1).minimizer).toEqual(bbob(3, 5, 1).minimizer);
  expect(bbob(3, 5, 1).minimizer).not.toEqual(bbob(3, 5, 2).minimizer);
});

describe("the area", () => {
  it("is 1 where all targets are reached at once, 0 where none ever is", () => {
    expect(ecdfArea([0, 0, 0])).toBeCloseTo(1, 12);
    expect(ecdfArea([1e3, 1e3])).toBe(0);
  });

  it("weighs evaluations by their logarithm", () => {
    // All targets from the second of three on: log(4/2) of log(4).
    expect(ecdfArea([1e3, 0, 0])).toBeCloseTo(0.5, 12);
  });
});
