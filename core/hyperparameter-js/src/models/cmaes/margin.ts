/**
 * Keeps integers from being frozen: each neighbour of the mean's cell keeps a least chance. Hamano, Saito, Nomura and
 * Shirakawa, "CMA-ES with margin", GECCO 2022 (arXiv 2205.13482), §4.
 */
import { normalCdf, normalQuantile } from "../../math/normal.js";
import { deviationOf, type Gaussian } from "./gaussian.js";

const { abs, max, min } = Math;

/** Borders to the neighbours; ∓Infinity at the ends. */
export type Cell = readonly [low: number, high: number];

/** The cell of a coordinate's value among others; null: it has none. */
export type CellAt = (j: number, coordinate: number) => Cell | null;

/** α = 1/(d·λ) */
export function marginOf({ strategy: { dimensions, population } }: Gaussian): number {
  return 1 / (dimensions * population);
}

/** The mean comes so near to the only border that the chance to cross it is at least α. */
function holdAtEdge(gaussian: Gaussian, j: number, border: number): void {
  const alpha = min(marginOf(gaussian), 0.5);
  const reach = -normalQuantile(alpha) * gaussian.sigma * (gaussian.scale[j] as number) * deviationOf(gaussian, j);
  const away = (gaussian.mean[j] as number) - border;
  gaussian.mean[j] = border + (away < 0 ? -1 : 1) * min(abs(away), reach);
}

/** Raises both chances to leave to α/2 or more, and takes it from what is above its own least share (eq. 16 … 23). */
function holdInside(gaussian: Gaussian, j: number, [low, high]: Cell): void {
  const half = marginOf(gaussian) / 2;
  const { mean, scale, sigma } = gaussian;
  const deviation = sigma * (scale[j] as number) * deviationOf(gaussian, j);
  const below = normalCdf((low - (mean[j] as number)) / deviation);
  const above = normalCdf(((mean[j] as number) - high) / deviation);
  if (below >= half && above >= half) return;
  const stay = 1 - below - above;
  const [b, a] = [max(half, below), max(half, above)];
  const share = (1 - b - a - stay) / (b + a + stay - 3 * half);
  const zLow = -normalQuantile(b + share * (b - half));
  const zHigh = -normalQuantile(a + share * (a - half));
  mean[j] = (low * zHigh + high * zLow) / (zLow + zHigh);
  scale[j] = ((high - low) / (zLow + zHigh) / deviation) * (scale[j] as number);
}

/** To be called after each update. A cell with one end holds the mean of a number that has left its range, too. */
export function holdMargin(gaussian: Gaussian, cellAt: CellAt): void {
  for (let j = 0; j < gaussian.mean.length; j++) {
    const cell = cellAt(j, gaussian.mean[j] as number);
    if (cell === null) continue;
    if (cell[0] === Number.NEGATIVE_INFINITY) holdAtEdge(gaussian, j, cell[1]);
    else if (cell[1] === Number.POSITIVE_INFINITY) holdAtEdge(gaussian, j, cell[0]);
    else holdInside(gaussian, j, cell);
  }
}
