/** What a Gaussian process says of a point, given values at others (Rasmussen and Williams, eqs. 2.25, 2.26). */
import { factorize, rowStart, solveLower, solveUpper } from "../../math/cholesky.js";
import { distancesTo, type Inputs, matern, maternSlope } from "./kernel.js";

export interface Prediction {
  readonly mean: number;
  /** Of the function, without the noise of a measurement; above 0. */
  readonly variance: number;
}

/** Anything that predicts: one process, or several weighed. */
export interface Posterior {
  /** At a row of coordinates. */
  predict(x: Float64Array): Prediction;
  /** The same, with the gradients of mean and variance; 0 for categories. */
  slopes(x: Float64Array, mean: Float64Array, variance: Float64Array): Prediction;
}

export interface Hyperparameters {
  /** Inverse squared length of each dimension. */
  readonly theta: Float64Array;
  /** Variance of the function, s², in units. */
  readonly scale: number;
  /** Variance of the noise, as a share λ of the scale. */
  readonly noise: number;
}

export interface Process extends Posterior {
  readonly inputs: Inputs;
  readonly hyper: Hyperparameters;
  /** The mean at each row: its value less what of it is noise. */
  fitted(): Float64Array;
  /** The process with one more value, at the cost of one row. */
  with(x: Float64Array, y: number): Process;
}

/** Share of the scale below which a variance is rounding. */
const LEAST_VARIANCE = 1e-12;
/** Tried until the matrix can be factorized: rows that repeat make it singular where there is no noise. */
const JITTER = [0, 1e-10, 1e-8, 1e-6, 1e-4] as const;

/** What values are measured against: the prior mean, and one standard deviation of the values. */
export interface Unit {
  readonly centre: number;
  readonly deviation: number;
}

interface System {
  readonly inputs: Inputs;
  readonly hyper: Hyperparameters;
  /** In units: centred and scaled. */
  readonly y: Float64Array;
  readonly unit: Unit;
  /** Factor of M + λI. */
  readonly l: Float64Array;
}

function fillRow(
  l: Float64Array,
  { inputs, hyper }: Pick<System, "inputs" | "hyper">,
  i: number,
  r2: Float64Array,
): void {
  const width = inputs.dimensions.length;
  const before = { ...inputs, rows: i };
  distancesTo(inputs.cells.subarray(i * width, (i + 1) * width), before, hyper.theta, r2);
  const row = rowStart(i);
  for (let j = 0; j < i; j++) l[row + j] = matern(r2[j] as number);
  l[row + i] = 1 + hyper.noise;
}

function factorOf(inputs: Inputs, hyper: Hyperparameters): Float64Array {
  const n = inputs.rows;
  const m = new Float64Array(rowStart(n));
  const r2 = new Float64Array(n);
  for (let i = 0; i < n; i++) fillRow(m, { inputs, hyper }, i, r2);
  for (const jitter of JITTER) {
    const l = m.slice();
    for (let i = 0; i < n; i++) (l[rowStart(i) + i] as number) += jitter;
    if (factorize(l, n)) return l;
  }
  throw new Error("a matrix of correlations with 1e-4 on its diagonal is positive definite");
}

class GaussianProcess implements Process {
  readonly inputs: Inputs;
  readonly hyper: Hyperparameters;
  readonly #system: System;
  /** (M + λI)⁻¹y */
  readonly #alpha: Float64Array;
  readonly #k: Float64Array;
  readonly #r2: Float64Array;

  constructor(system: System) {
    const n = system.inputs.rows;
    this.inputs = system.inputs;
    this.hyper = system.hyper;
    this.#system = system;
    this.#alpha = system.y.slice();
    this.#k = new Float64Array(n);
    this.#r2 = new Float64Array(n);
    solveLower(system.l, n, this.#alpha);
    solveUpper(system.l, n, this.#alpha);
  }

  /** Leaves the distances in r2 and L⁻¹k in k. */
  predict(x: Float64Array): Prediction {
    const { inputs, hyper, l, unit } = this.#system;
    const k = this.#k;
    const n = inputs.rows;
    distancesTo(x, inputs, hyper.theta, this.#r2);
    let mean = 0;
    for (let i = 0; i < n; i++) {
      k[i] = matern(this.#r2[i] as number);
      mean += (k[i] as number) * (this.#alpha[i] as number);
    }
    solveLower(l, n, k);
    let explained = 0;
    for (let i = 0; i < n; i++) explained += (k[i] as number) * (k[i] as number);
    const share = Math.max(1 - explained, LEAST_VARIANCE);
    return { mean: unit.centre + unit.deviation * mean, variance: hyper.scale * share * unit.deviation ** 2 };
  }

  slopes(x: Float64Array, mean: Float64Array, variance: Float64Array): Prediction {
    const prediction = this.predict(x);
    const { inputs, hyper, l, unit } = this.#system;
    const { dimensions, rows, cells } = inputs;
    const width = dimensions.length;
    solveUpper(l, rows, this.#k);
    mean.fill(0);
    variance.fill(0);
    for (let i = 0; i < rows; i++) {
      const slope = 2 * unit.deviation * maternSlope(this.#r2[i] as number);
      const ofMean = slope * (this.#alpha[i] as number);
      const ofVariance = -2 * hyper.scale * unit.deviation * slope * (this.#k[i] as number);
      for (let p = 0; p < width; p++) {
        if (dimensions[p] !== "number") continue;
        const step = (hyper.theta[p] as number) * ((x[p] as number) - (cells[i * width + p] as number));
        (mean[p] as number) += ofMean * step;
        (variance[p] as number) += ofVariance * step;
      }
    }
    return prediction;
  }

  /** K·α = y − λα */
  fitted(): Float64Array {
    const { hyper, unit, y } = this.#system;
    return y.map((each, row) => unit.centre + unit.deviation * (each - hyper.noise * (this.#alpha[row] as number)));
  }

  with(x: Float64Array, y: number): Process {
    const { inputs, hyper, l, unit, y: values } = this.#system;
    const n = inputs.rows;
    const cells = new Float64Array(inputs.cells.length + x.length);
    cells.set(inputs.cells);
    cells.set(x, inputs.cells.length);
    const grown: Inputs = { ...inputs, rows: n + 1, cells };
    const factor = new Float64Array(rowStart(n + 1));
    factor.set(l);
    fillRow(factor, { inputs: grown, hyper }, n, new Float64Array(n));
    const system = { inputs: grown, hyper, unit, y: Float64Array.of(...values, (y - unit.centre) / unit.deviation) };
    return new GaussianProcess({ ...system, l: factorize(factor, n + 1, n) ? factor : factorOf(grown, hyper) });
  }
}

/** Mean and standard deviation of values; deviation 1 where they are all alike. */
export function unitOf(y: Float64Array): Unit {
  let sum = 0;
  for (const each of y) sum += each;
  const centre = sum / y.length;
  let squares = 0;
  for (const each of y) squares += (each - centre) * (each - centre);
  return { centre, deviation: Math.sqrt(squares / y.length) || 1 };
}

/** Values in units. */
export function inUnits(y: Float64Array, { centre, deviation }: Unit): Float64Array {
  return y.map((each) => (each - centre) / deviation);
}

/** The process of finite values `y`, one a row of `inputs`, whose prior mean is their mean. At least one row. */
export function processOf(inputs: Inputs, y: Float64Array, hyper: Hyperparameters): Process {
  const unit = unitOf(y);
  return new GaussianProcess({ inputs, hyper, unit, y: inUnits(y, unit), l: factorOf(inputs, hyper) });
}
