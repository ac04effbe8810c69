import { describe, expect, it } from "@jest/globals";
import { createRng } from "hyperparameter-js";
import { fitQuadratic, type Quadratic, quadraticAt } from "../../../core/hyperparameter-js/src/models/quadratic.js";

const rng = createRng(1, "quadratic");
const uniform = () => 2 * rng.next() - 1;

interface Truth {
  readonly d: number;
  readonly at: (s: Float64Array) => number;
  readonly gradient: readonly number[];
  readonly hessian: readonly number[];
}

function randomQuadratic(d: number): Truth {
  const gradient = Array.from({ length: d }, uniform);
  const half = Array.from({ length: d * d }, uniform);
  const hessian = half.map((value, at) => value + (half[(at % d) * d + Math.floor(at / d)] as number));
  const at = (s: Float64Array) => {
    let value = 0.3;
    for (let a = 0; a < d; a++) {
      value += (gradient[a] as number) * (s[a] as number);
      for (let b = 0; b < d; b++) value += 0.5 * (s[a] as number) * (hessian[a * d + b] as number) * (s[b] as number);
    }
    return value;
  };
  return { d, at, gradient, hessian };
}

function samplesOf(at: (s: Float64Array) => number, d: number, count: number) {
  const points = Float64Array.from({ length: count * d }, uniform);
  const values = Float64Array.from({ length: count }, (_, i) => at(points.slice(i * d, (i + 1) * d)));
  return { d, points, values };
}

const fitted = (samples: Parameters<typeof fitQuadratic>[0]): Quadratic => {
  const model = fitQuadratic(samples);
  if (model === null) throw new Error("No model was fitted.");
  return model;
};

describe("a quadratic model", () => {
  it.each([1, 2, 5, 8])(
    "is the function itself where that is quadratic and the values fix it, in %i dimensions",
    (d) => {
      const truth = randomQuadratic(d);
      const { constant, gradient, hessian } = fitted(samplesOf(truth.at, d, (d + 1) * (d + 2)));
      expect(constant).toBeCloseTo(0.3, 5);
      truth.gradient.forEach((value, at) => {
        expect(gradient[at]).toBeCloseTo(value, 5);
      });
      truth.hessian.forEach((value, at) => {
        expect(hessian[at]).toBeCloseTo(value, 4);
      });
    },
  );

  it("goes through fewer values with less curvature than the function that they come from", () => {
    const truth = randomQuadratic(5);
    const samples = samplesOf(truth.at, 5, 12);
    const model = fitted(samples);
    const slope = new Float64Array(5);
    samples.values.forEach((value, i) => {
      expect(quadraticAt(model, samples.points.slice(5 * i, 5 * i + 5), slope)).toBeCloseTo(value, 3);
    });
    const norm = (matrix: Iterable<number>) => [...matrix].reduce((sum, value) => sum + value * value, 0);
    expect(norm(model.hessian)).toBeLessThan(norm(truth.hessian));
  });

  it("smooths values that no quadratic goes through", () => {
    const noise = createRng(2, "noise");
    const line = (s: Float64Array) => 2 * (s[0] as number) + 0.5 * noise.normal();
    const { gradient, hessian } = fitted(samplesOf(line, 2, 60));
    expect(gradient[0]).toBeCloseTo(2, 0);
    expect(Math.max(...hessian.map(Math.abs))).toBeLessThan(1.5);
  });

  it("trusts near values more than far ones", () => {
    // A kink far from the centre: a quadratic through all of it would miss the slope at the centre.
    const points = Float64Array.from([-0.5, -0.2, 0, 0.2, 0.5, 8, 9, 10, 11, 12]);
    const values = points.map((s) => (s > 5 ? 40 : s));
    expect(fitted({ d: 1, points, values }).gradient[0]).toBeCloseTo(1, 1);
  });

  it("has the slope that finite differences give", () => {
    const model = fitted(samplesOf((s) => (s[0] as number) ** 3 + (s[1] as number), 3, 40));
    const [slope, ignored] = [new Float64Array(3), new Float64Array(3)];
    const s = Float64Array.from([0.3, -0.2, 0.7]);
    quadraticAt(model, s, slope);
    for (let k = 0; k < 3; k++) {
      const moved = (by: number) =>
        quadraticAt(
          model,
          s.map((each, at) => each + (at === k ? by : 0)),
          ignored,
        );
      expect(slope[k]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
    }
  });
});
