/**
 * Smoothed histograms: what PED-ANOVA compares. Kernels sit on the cells of a grid, weighted by counts, and one wide
 * kernel of weight 1 (numbers: centred, as wide as the grid; choices: uniform) keeps every cell above 0.
 * Source: Watanabe, Bansal and Hutter, "PED-ANOVA", IJCAI 2023, with the bandwidth of Optuna's evaluator.
 */
import { exp, log } from "../math/elementary.js";
import { normalCdf } from "../math/normal.js";

/** Below it a kernel is narrower than its cell: 1.64 σ (90 %) within half a cell. */
const LEAST_BANDWIDTH = 0.5 / 1.64;

/** Index of the first cell at which the running count reaches `least`, or passes it. */
function quantileCell(counts: Float64Array, least: number, passes: boolean): number {
  let sum = 0;
  let last = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] as number;
    if (count === 0) continue;
    last = cell;
    sum += count;
    if (passes ? sum > least : sum >= least) return cell;
  }
  return last;
}

/** Scott's rule on the more robust of the two spreads: 1.059 · min(IQR/1.34, s) · n^(−1/5), in cells. */
export function scottBandwidth(counts: Float64Array): number {
  let [total, mean, squares] = [0, 0, 0];
  for (let cell = 0; cell < counts.length; cell++) total += counts[cell] as number;
  for (let cell = 0; cell < counts.length; cell++) mean += (cell * (counts[cell] as number)) / total;
  for (let cell = 0; cell < counts.length; cell++) squares += (cell - mean) * (cell - mean) * (counts[cell] as number);
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  const low = quantileCell(counts, Math.floor(total / 4), false);
  const high = quantileCell(counts, Math.floor((3 * total) / 4), true);
  const spread = Math.min((high - low) / 1.34, deviation);
  return Math.max(1.059 * spread * exp(-0.2 * log(total)), LEAST_BANDWIDTH);
}

/** Probability of each cell of a grid of numbers; the counts' sum is above 0. Normals are cut off at the grid's ends. */
export function numericDensity(counts: Float64Array): Float64Array {
  const cells = counts.length;
  const total = counts.reduce((sum, count) => sum + count, 1);
  const bandwidth = scottBandwidth(counts);
  // the distribution function at the edges of cells, from 1/2 − cells to cells − 1/2 off a kernel's centre
  const edges = Float64Array.from({ length: 2 * cells }, (_, edge) => normalCdf((edge - cells + 0.5) / bandwidth));
  const density = wideKernel(cells).map((mass) => mass / total);
  for (let centre = 0; centre < cells; centre++) {
    const count = counts[centre] as number;
    if (count === 0) continue;
    const first = cells - 1 - centre;
    const scale = count / total / ((edges[first + cells] as number) - (edges[first] as number));
    for (let cell = 0; cell < cells; cell++) {
      const mass = (edges[first + cell + 1] as number) - (edges[first + cell] as number);
      density[cell] = (density[cell] as number) + scale * mass;
    }
  }
  return density;
}

function wideKernel(cells: number): Float64Array {
  const below = (cell: number) => normalCdf((cell - cells / 2) / cells);
  const mass = below(cells) - below(0);
  return Float64Array.from({ length: cells }, (_, cell) => (below(cell + 1) - below(cell)) / mass);
}

/** Probability of each choice: an observed one's kernel adds 1 to a base of 1/K, for K kernels with the uniform one. */
export function categoricalDensity(counts: Float64Array): Float64Array {
  const kernels = 1 + counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const whole = counts.length / kernels + 1;
  return counts.map((count) => (count + total / kernels) / whole / (total + 1) + 1 / counts.length / (total + 1));
}

/** Keeps a ratio of densities finite. */
const FLOOR = 1e-12;

/** Pearson's divergence Σ p·(q/p − 1)² of q from p. */
export function pearsonDivergence(p: Float64Array, q: Float64Array): number {
  return p.reduce((sum, each, cell) => {
    const gain = ((q[cell] as number) + FLOOR) / (each + FLOOR) - 1;
    return sum + (each + FLOOR) * gain * gain;
  }, 0);
}
