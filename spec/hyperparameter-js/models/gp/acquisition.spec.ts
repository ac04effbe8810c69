import {
  type Acquisition,
  logExpectedImprovement,
  logImprovement,
  logProbabilityBelow,
  sumOf,
} from "../../../../core/hyperparameter-js/src/models/gp/acquisition.js";
import { fitGp } from "../../../../core/hyperparameter-js/src/models/gp/fit.js";
import { NUMBERS, numericGradient, VALUES } from "./data.js";

/** mpmath, 60 digits and more: z, log h(z), Φ(z)/h(z), φ(z)/h(z) for h(z) = φ(z) + z·Φ(z). */
const EXACT = [
  [3, 1.0987396653277077, 0.3328409684517952, 0.0014770946446142933],
  [0.5, -0.3598276837450638, 0.9909227180041099, 0.504538640997945],
  [0, -0.9189385332046728, 1.2533141373155003, 1],
  [-0.5, -1.6205162643873199, 1.5598731483480797, 1.7799365741740398],
  [-1, -2.4851210257126413, 1.9042712333296918, 2.9042712333296916],
  [-5, -16.74430116266099, 5.361816241288088, 27.809081206440442],
  [-25, -319.86146358149597, 25.07962023426653, 627.9905058566633],
  [-49, -1209.2038267923772, 49.040765475450364, 2403.9975082970677],
  [-51, -1309.283741653038, 51.0391705760735, 2603.9976993797486],
  [-100, -5010.12957880025, 100.01999400419587, 10002.999400419587],
  [-1000, -500014.73445209116, 1000.001999994, 1000002.999994],
  [-1e5, -5000000023.94479, 100000.00002, 10000000003],
] as const;

const relative = (own: number, exact: number) => Math.abs(own / exact - 1);

describe("log of the expected improvement of a standard normal", () => {
  it.each(EXACT)("at %d has the digits of the exact value and slopes", (z, value, byMean, bySpread) => {
    const own = logImprovement(z);
    expect(relative(own.value, value)).toBeLessThan(1e-13);
    expect(relative(own.byMean, byMean)).toBeLessThan(1e-10);
    expect(relative(own.bySpread, bySpread)).toBeLessThan(1e-10);
  });
});

describe("acquisitions", () => {
  const process = fitGp(NUMBERS, VALUES);
  const parts = [logExpectedImprovement(process, -1.6, 3), logProbabilityBelow(process, 0.2, 3)];
  const all: readonly (readonly [string, Acquisition])[] = [
    ["expected improvement", parts[0] as Acquisition],
    ["expected improvement far from any", logExpectedImprovement(process, -60, 3)],
    ["probability", parts[1] as Acquisition],
    ["probability far from any", logProbabilityBelow(process, -60, 3)],
    ["sum", sumOf(parts, 3)],
  ];

  it.each(all)("%s has the slopes that finite differences have", (_, acquisition) => {
    for (const x of [Float64Array.of(0.2, 0.9, 0.4), Float64Array.of(0.7, 0.3, 0.9)]) {
      const gradient = new Float64Array(3);
      const value = acquisition.slopes(x, gradient);
      expect(value).toBe(acquisition.value(x));
      numericGradient((at) => acquisition.value(at), x).forEach((each, p) => {
        expect(Math.abs((gradient[p] as number) - each)).toBeLessThan(1e-5 * Math.max(1, Math.abs(each)));
      });
    }
  });

  it.each(all)("%s of many points has the bits that it has of each", (_, acquisition) => {
    const points = [0.1, 0.9, 0.3].map((x) => Float64Array.of(x, 1 - x, x * x));
    expect(acquisition.values(points)).toEqual(points.map((x) => acquisition.value(x)));
  });
});
