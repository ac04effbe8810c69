/**
 * OWL-QN: Andrew and Gao, "Scalable training of L1-regularized log-linear models", ICML 2007. Minimises a smooth convex
 * function plus Σ l1ᵢ |xᵢ|; without l1 it is L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4).
 */

export interface Problem {
  /** The smooth part's value at x; writes its gradient. */
  evaluate(x: Float64Array, gradient: Float64Array): number;
  /** [size], ≥ 0 */
  readonly l1: Float64Array;
  /**
   * Roughly the inverse of the smooth part's second derivatives, restricted to the coordinates that `free` has, times
   * the vector; 0 in the others. Must be symmetric and positive definite on them.
   */
  precondition(vector: Float64Array, free: Uint8Array): Float64Array;
}

/** Pairs of steps and gradient changes kept; more gains little (Nocedal and Wright, §7.2). */
const MEMORY = 10;
/** Share of the decrease that the slope promises which a step must bring. */
const ARMIJO = 1e-4;
const HALVINGS = 40;
/** Largest component of the gradient at the end. Losses are means over standardised columns, so 1 is large. */
const TOLERANCE = 1e-7;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / (step · change) */
  readonly rho: number;
}

export class Minimisation {
  /** The best point so far. */
  x: Float64Array;
  /** Of the whole function, at x. */
  value: number;
  private gradient: Float64Array;
  private pairs: Pair[] = [];
  /** How often the problem was evaluated. */
  evaluations = 0;

  constructor(
    private readonly problem: Problem,
    start: Float64Array,
  ) {
    this.x = start;
    this.gradient = new Float64Array(start.length);
    this.value = this.evaluate(start, this.gradient);
  }

  /** Takes one step; false when there is none to take: the minimum is reached as nearly as numbers allow. */
  step(): boolean {
    const slope = pseudoGradient(this.x, this.gradient, this.problem.l1);
    if (largest(slope) <= TOLERANCE || !Number.isFinite(this.value)) return false;
    if (this.search(slope, this.direction(slope))) return true;
    if (this.pairs.length === 0) return false;
    this.pairs = []; // curvature that leads nowhere: once more without it
    return this.search(slope, this.direction(slope));
  }

  /**
   * Of descent, by the two-loop recursion around the preconditioner. Coordinates that rest at 0 stay there, and
   * components that leave the slope's side are dropped.
   */
  private direction(slope: Float64Array): Float64Array {
    const free = Uint8Array.from(slope, (value, i) => (value !== 0 || this.x[i] !== 0 ? 1 : 0));
    const rest = slope.map((value) => -value);
    const alphas = this.pairs.map(() => 0);
    for (let at = this.pairs.length - 1; at >= 0; at--) {
      const { step, change, rho } = this.pairs[at] as Pair;
      alphas[at] = rho * dot(step, rest);
      addScaled(rest, -(alphas[at] as number), change);
    }
    const direction = this.problem.precondition(rest, free);
    const last = this.pairs.at(-1);
    if (last !== undefined)
      scale(direction, 1 / (last.rho * dot(last.change, this.problem.precondition(last.change, free))));
    this.pairs.forEach(({ step, change, rho }, at) => {
      addScaled(direction, (alphas[at] as number) - rho * dot(change, direction), step);
    });
    const descends = (value: number, i: number) => value * (slope[i] as number) < 0;
    const leaves = (value: number, i: number) => this.x[i] === 0 && this.problem.l1[i] !== 0 && !descends(value, i);
    const kept = direction.map((value, i) => (leaves(value, i) ? 0 : value));
    return dot(kept, slope) < 0 ? kept : direction.map((value, i) => (descends(value, i) ? value : 0));
  }

  /** Halves the step until it brings the decrease that it must; inside the orthant that the slope points into. */
  private search(slope: Float64Array, direction: Float64Array): boolean {
    const gradient = new Float64Array(this.x.length);
    for (let halving = 0, length = 1; halving < HALVINGS; halving++, length /= 2) {
      const x = this.project(slope, direction, length);
      const value = this.evaluate(x, gradient);
      const promised = x.reduce((sum, to, i) => sum + (slope[i] as number) * (to - (this.x[i] as number)), 0);
      if (promised < 0 && value <= this.value + ARMIJO * promised) {
        this.remember(x, gradient);
        this.value = value;
        return true;
      }
    }
    return false;
  }

  private evaluate(x: Float64Array, gradient: Float64Array): number {
    this.evaluations++;
    return this.problem.evaluate(x, gradient) + penalty(x, this.problem.l1);
  }

  private project(slope: Float64Array, direction: Float64Array, length: number): Float64Array {
    return this.x.map((from, i) => {
      const to = from + length * (direction[i] as number);
      if (this.problem.l1[i] === 0) return to;
      const side = from === 0 ? -(slope[i] as number) : from;
      return to * side > 0 ? to : 0;
    });
  }

  private remember(x: Float64Array, gradient: Float64Array): void {
    const step = x.map((to, i) => to - (this.x[i] as number));
    const change = gradient.map((to, i) => to - (this.gradient[i] as number));
    const curvature = dot(step, change);
    // a pair without positive curvature, which rounding can make, would turn the next direction uphill
    if (curvature > Number.EPSILON * dot(change, change)) this.pairs.push({ step, change, rho: 1 / curvature });
    if (this.pairs.length > MEMORY) this.pairs.shift();
    this.x = x;
    this.gradient = gradient;
  }
}

/** The gradient with the penalty's: at 0, where that has a range, the member nearest to 0 (Andrew and Gao, equation 4). */
function pseudoGradient(x: Float64Array, gradient: Float64Array, l1: Float64Array): Float64Array {
  return gradient.map((slope, i) => {
    const weight = l1[i] as number;
    const at = x[i] as number;
    if (at !== 0) return slope + Math.sign(at) * weight;
    return Math.sign(slope) * Math.max(Math.abs(slope) - weight, 0);
  });
}

function penalty(x: Float64Array, l1: Float64Array): number {
  return x.reduce((sum, value, i) => sum + (l1[i] as number) * Math.abs(value), 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function scale(target: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = factor * (target[i] as number);
}

function addScaled(target: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (b[i] as number);
}

function largest(a: Float64Array): number {
  return a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
