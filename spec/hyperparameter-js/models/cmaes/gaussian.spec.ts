import { createRng } from "hyperparameter-js";
import {
  deviationOf,
  drawGaussian,
  type Gaussian,
  startGaussian,
  updateGaussian,
} from "../../../../core/hyperparameter-js/src/models/cmaes/gaussian.js";
import { strategyOf } from "../../../../core/hyperparameter-js/src/models/cmaes/strategy.js";

const [D, POPULATION] = [3, 8];

function start(separable = false): Gaussian {
  const mean = Float64Array.of(0.5, 0.4, 0.6);
  return startGaussian(strategyOf(D, POPULATION, separable), { mean, sigma: 0.2 });
}

/** Points and their order by Σ 10^j (x_j − 0.3)², as for the stored vectors. */
function generation(g: number): { points: Float64Array; order: number[] } {
  const points = new Float64Array(POPULATION * D);
  for (let i = 0; i < POPULATION; i++)
    for (let j = 0; j < D; j++) points[i * D + j] = 0.5 + 0.2 * Math.sin(1 + 7 * i + 3 * j + 11 * g);
  const value = (i: number) =>
    [1, 10, 100].reduce((sum, weight, j) => sum + weight * ((points[i * D + j] as number) - 0.3) ** 2, 0);
  const order = Array.from({ length: POPULATION }, (_, i) => i).sort((a, b) => value(a) - value(b));
  return { points, order };
}

function expectAll(found: Iterable<number>, wanted: readonly number[], digits: number): void {
  [...found].forEach((value, at) => {
    expect(value).toBeCloseTo(wanted[at] as number, digits);
  });
}

describe("one generation after another", () => {
  // cmaes 0.9.1, CMA(mean=[.5,.4,.6], sigma=.2, population_size=8).tell of the same points; it adds 1e-8 to squared
  // lengths. Its generations count from −1, as its test of p_σ takes the exponent of the one after.
  const STORED = [
    {
      mean: [0.34216604256364747, 0.6665398058660197, 0.3280876410510438],
      sigma: 0.24836117446932038,
      covariance: [
        0.788551651185027, 0.06103047675982168, -0.06255633702589555, 0.06103047675982168, 1.1194489627634672,
        -0.05373059038345681, -0.06255633702589555, -0.05373059038345681, 1.1338455224943684,
      ],
      sigmaPath: [-1.0490655065925982, 1.771594155083428, -1.8073035817061445],
      covariancePath: [0.0, 0.0, 0.0],
    },
    {
      mean: [0.37320256429332643, 0.6338827346264904, 0.36171163029752534],
      sigma: 0.2328593301707646,
      covariance: [
        0.6505147144500011, 0.20472435611290038, -0.20903112502478471, 0.20472435611290038, 0.9698316415490382,
        0.0988155809909512, -0.2090311250247847, 0.09881558099095118, 0.9782811804016783,
      ],
      sigmaPath: [-0.39454527734774386, 0.8356362999296097, -0.8518259197060281],
      covariancePath: [0.18068071362489224, -0.19011482626336626, 0.19574378936156744],
    },
    {
      mean: [0.3513041881400155, 0.658922412847908, 0.3340318193378503],
      sigma: 0.2097383728117895,
      covariance: [
        0.580558099080261, 0.27924894554050933, -0.28663207834616766, 0.27924894554050933, 0.89040100433142,
        0.18156246125461079, -0.2866320783461677, 0.18156246125461079, 0.8920445525668234,
      ],
      sigmaPath: [-0.4410609263841379, 0.6581512477982604, -0.6815516563903472],
      covariancePath: [-0.05597307512284887, 0.07130079824149563, -0.08520143539855701],
    },
  ] as const;

  it("is the stored state", () => {
    const gaussian = start();
    STORED.forEach((wanted, g) => {
      const { points, order } = generation(g);
      updateGaussian(gaussian, points, order);
      expectAll(gaussian.mean, wanted.mean, 7);
      expect(gaussian.sigma).toBeCloseTo(wanted.sigma, 7);
      expectAll(gaussian.covariance, wanted.covariance, 6);
      expectAll(gaussian.sigmaPath, wanted.sigmaPath, 6);
      expectAll(gaussian.covariancePath, wanted.covariancePath, 6);
    });
  });

  it("keeps the diagonal alone where separable", () => {
    const gaussian = start(true);
    const { strategy } = gaussian;
    const { points } = generation(0);
    // In no order, so that p_σ stays short and p_c moves.
    const order = Array.from({ length: POPULATION }, (_, i) => i);
    updateGaussian(gaussian, points, order);
    const y = order.map((i) => [0.5, 0.4, 0.6].map((mean, j) => ((points[i * D + j] as number) - mean) / 0.2));
    const total = strategy.weights.reduce((sum, weight) => sum + weight, 0);
    for (let j = 0; j < D; j++) {
      const around = y.reduce((sum, step, rank) => {
        const weight = strategy.weights[rank] as number;
        const square = step.reduce((all, part) => all + part * part, 0);
        return sum + (weight < 0 ? (weight * D) / square : weight) * (step[j] as number) ** 2;
      }, 0);
      const path = (gaussian.covariancePath[j] as number) ** 2;
      const kept = 1 - strategy.cOne - strategy.cMu * total;
      expect(gaussian.covariance[j]).toBeCloseTo(kept + strategy.cOne * path + strategy.cMu * around, 12);
    }
  });

  it("isn't carried away by points far out", () => {
    const gaussian = start();
    const { points, order } = generation(0);
    updateGaussian(
      gaussian,
      points.map((x) => 1e6 * x),
      order,
    );
    for (const mean of gaussian.mean) expect(Math.abs(mean)).toBeLessThan(1.5);
    expect(gaussian.sigma).toBeLessThanOrEqual(0.2 * Math.E);
    for (const each of gaussian.covariance) expect(Math.abs(each)).toBeLessThan(10);
  });

  it("stays finite on points that are all the same, and on the mean itself", () => {
    const gaussian = start();
    for (let g = 0; g < 300; g++)
      updateGaussian(
        gaussian,
        new Float64Array(POPULATION * D).map((_, at) => (g % 2 ? 0.7 : (gaussian.mean[at % D] as number))),
        Array.from({ length: POPULATION }, (_, i) => i),
      );
    for (const each of [...gaussian.mean, gaussian.sigma, ...gaussian.covariance, ...gaussian.deviations])
      expect(Number.isFinite(each)).toBe(true);
  });
});

describe.each([true, false])("draws, separable %s", (separable) => {
  it("have the mean and the covariance of the distribution", () => {
    const gaussian = start(separable);
    const { points, order } = generation(0);
    updateGaussian(gaussian, points, order);
    gaussian.scale[1] = 3;
    const n = 20_000;
    const rng = createRng(3, "draws");
    const at = new Float64Array(D);
    const [mean, products] = [new Float64Array(D), new Float64Array(D * D)];
    for (let draw = 0; draw < n; draw++) {
      drawGaussian(gaussian, rng, at);
      for (let i = 0; i < D; i++) {
        (mean[i] as number) += (at[i] as number) / n;
        for (let j = 0; j < D; j++)
          (products[i * D + j] as number) +=
            (((at[i] as number) - (gaussian.mean[i] as number)) * ((at[j] as number) - (gaussian.mean[j] as number))) /
            n;
      }
    }
    for (let i = 0; i < D; i++) {
      const deviation = gaussian.sigma * (gaussian.scale[i] as number) * deviationOf(gaussian, i);
      expect(Math.abs((mean[i] as number) - (gaussian.mean[i] as number))).toBeLessThan((4 * deviation) / Math.sqrt(n));
      for (let j = 0; j < D; j++) {
        const c = separable
          ? i === j
            ? (gaussian.covariance[i] as number)
            : 0
          : (gaussian.covariance[i * D + j] as number);
        const wanted = gaussian.sigma ** 2 * (gaussian.scale[i] as number) * (gaussian.scale[j] as number) * c;
        const other = gaussian.sigma * (gaussian.scale[j] as number) * deviationOf(gaussian, j);
        expect(Math.abs((products[i * D + j] as number) - wanted)).toBeLessThan((6 * deviation * other) / Math.sqrt(n));
      }
    }
  });
});
