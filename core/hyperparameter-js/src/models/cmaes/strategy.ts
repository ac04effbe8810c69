/**
 * Constants of CMA-ES with active update. Formulas and defaults: Hansen, "The CMA evolution strategy: a tutorial",
 * arXiv 1604.00772, table 1; separable: Ros and Hansen, PPSN 2008.
 */
import { log } from "../../math/elementary.js";

export interface Strategy {
  /** d: 1 or more. */
  readonly dimensions: number;
  /** λ: points a generation, 2 or more. */
  readonly population: number;
  /** Only variances are learnt. */
  readonly separable: boolean;
  /** By rank, best first: the first μ = ⌊λ/2⌋ are positive and sum to 1, later ones are 0 or less. */
  readonly weights: Float64Array;
  readonly parents: number;
  /** μ_eff: how many equally weighted points the parents are worth. */
  readonly effective: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cPath: number;
  readonly cOne: number;
  readonly cMu: number;
  /** χ_d: mean length of a standard normal vector. */
  readonly chi: number;
  /** Generations between eigendecompositions. */
  readonly gap: number;
}

/** λ = 4 + ⌊3 ln d⌋ */
export function defaultPopulation(dimensions: number): number {
  return 4 + Math.floor(3 * log(Math.max(dimensions, 1)));
}

function effectiveOf(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight * weight, 0);
  return squares === 0 ? 0 : (sum * sum) / squares;
}

interface Rates {
  readonly cOne: number;
  readonly cMu: number;
}

function ratesOf(d: number, effective: number, separable: boolean): Rates {
  const faster = separable ? (d + 2) / 3 : 1;
  const cOne = Math.min(1, (faster * 2) / ((d + 1.3) * (d + 1.3) + effective));
  const cMu = (faster * 2 * (effective - 2 + 1 / effective)) / ((d + 2) * (d + 2) + effective);
  return { cOne, cMu: Math.max(0, Math.min(1 - cOne - 1e-8, cMu)) };
}

/** Positive weights sum to 1; negative ones to minus the least of three bounds that keep the covariance positive definite. */
function weightsOf(raw: readonly number[], d: number, { cOne, cMu }: Rates): Float64Array {
  const negative = raw.filter((weight) => weight < 0);
  const gain = raw.reduce((sum, weight) => sum + Math.max(weight, 0), 0);
  const loss = -negative.reduce((sum, weight) => sum + weight, 0);
  const against = effectiveOf(negative);
  const bound =
    cMu === 0
      ? 0
      : Math.min(
          1 + cOne / cMu,
          1 + (2 * against) / (effectiveOf(raw.filter((w) => w > 0)) + 2),
          (1 - cOne - cMu) / (d * cMu),
        );
  return Float64Array.from(raw, (weight) => (weight >= 0 ? weight / gain : (bound * weight) / loss));
}

/** Share of the covariance that is renewed between eigendecompositions: so much costs no evaluations, up to d = 40. */
const LARGEST_CHANGE = 0.025;

export function strategyOf(dimensions: number, population: number, separable: boolean): Strategy {
  const d = dimensions;
  const parents = Math.floor(population / 2);
  const raw = Array.from({ length: population }, (_, rank) => log((population + 1) / 2) - log(rank + 1));
  const effective = effectiveOf(raw.slice(0, parents));
  const rates = ratesOf(d, effective, separable);
  const cSigma = (effective + 2) / (d + effective + 5);
  const chi = Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));
  return {
    dimensions,
    population,
    separable,
    weights: weightsOf(raw, d, rates),
    parents,
    effective,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (d + 1)) - 1) + cSigma,
    cPath: (4 + effective / d) / (d + 4 + (2 * effective) / d),
    ...rates,
    chi,
    gap: separable ? 1 : Math.max(1, Math.floor(LARGEST_CHANGE / (rates.cOne + rates.cMu))),
  };
}
