/** What a Gaussian process says of a point, given values at others (Rasmussen and Williams, eqs. 2.25, 2.26). */
import { factorize, rowStart, solveLower, solveLowerEach, solveUpper } from "../../math/cholesky.js";
import { type Covariances, covarianceAt, covaryAll, distancesTo, type Inputs, maternSlope, SELF } from "./kernel.js";

export interface Prediction {
  readonly mean: number;
  /** Of the function, without the noise of a measurement; above 0. */
  readonly variance: number;
}

/** Anything that predicts: one process, or several weighed. */
export interface Posterior {
  /** At a row of coordinates. */
  predict(x: Float64Array): Prediction;
  /** At several rows: the same numbers, at less cost than one by one. Absent where it would be no less. */
  predictEach?(points: readonly Float64Array[]): readonly Prediction[];
  /** The same, with the gradients of mean and variance; 0 for categories. */
  slopes(x: Float64Array, mean: Float64Array, variance: Float64Array): Prediction;
}

/** At several rows of coordinates. */
export function predictEach(posterior: Posterior, points: readonly Float64Array[]): readonly Prediction[] {
  return posterior.predictEach?.(points) ?? points.map((x) => posterior.predict(x));
}

export interface Hyperparameters {
  /** Inverse squared length of each dimension. */
  readonly theta: Float64Array;
  /** Variance of the Matérn part, s², in units. */
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

/** What values are measured against: their mean, and one standard deviation of them. */
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
  for (let j = 0; j < i; j++) l[row + j] = covarianceAt(r2[j] as number);
  l[row + i] = SELF + hyper.noise;
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
  throw new Error("a matrix of covariances with 1e-4 on its diagonal is positive definite");
}

class GaussianProcess implements Process {
  readonly inputs: Inputs;
  readonly hyper: Hyperparameters;
  readonly #system: System;
  /** (M + λI)⁻¹y */
  readonly #alpha: Float64Array;
  readonly #work: Covariances;

  constructor(system: System) {
    const n = system.inputs.rows;
    this.inputs = system.inputs;
    this.hyper = system.hyper;
    this.#system = system;
    this.#alpha = system.y.slice();
    this.#work = { r2: new Float64Array(n), k: new Float64Array(n), decay: new Float64Array(n) };
    solveLower(system.l, n, this.#alpha);
    solveUpper(system.l, n, this.#alpha);
  }

  /** Covariances with a point, and the mean there in units. */
  #covary(x: Float64Array, work: Covariances): number {
    const { inputs, hyper } = this.#system;
    distancesTo(x, inputs, hyper.theta, work.r2);
    covaryAll(work);
    let mean = 0;
    for (let i = 0; i < work.k.length; i++) mean += (work.k[i] as number) * (this.#alpha[i] as number);
    return mean;
  }

  /** From the mean in units and L⁻¹k. */
  #prediction(mean: number, k: Float64Array): Prediction {
    const { hyper, unit } = this.#system;
    let explained = 0;
    for (let i = 0; i < k.length; i++) explained += (k[i] as number) * (k[i] as number);
    const share = Math.max(SELF - explained, LEAST_VARIANCE);
    return { mean: unit.centre + unit.deviation * mean, variance: hyper.scale * share * unit.deviation ** 2 };
  }

  /** Leaves the distances in r2 and L⁻¹k in k. */
  predict(x: Float64Array): Prediction {
    const { inputs, l } = this.#system;
    const { k } = this.#work;
    const mean = this.#covary(x, this.#work);
    solveLower(l, inputs.rows, k);
    return this.#prediction(mean, k);
  }

  predictEach(points: readonly Float64Array[]): readonly Prediction[] {
    const { inputs, l } = this.#system;
    const n = inputs.rows;
    const together = new Float64Array(points.length * n);
    const rows = points.map((_, at) => together.subarray(at * n, (at + 1) * n));
    const means = points.map((x, at) => this.#covary(x, { ...this.#work, k: rows[at] as Float64Array }));
    solveLowerEach(l, n, together);
    return rows.map((k, at) => this.#prediction(means[at] as number, k));
  }

  slopes(x: Float64Array, mean: Float64Array, variance: Float64Array): Prediction {
    const prediction = this.predict(x);
    const { inputs, hyper, l, unit } = this.#system;
    const { rows } = inputs;
    const { r2, k, decay } = this.#work;
    solveUpper(l, rows, k);
    const [ofMean, ofVariance] = [r2, k];
    const share = -2 * hyper.scale * unit.deviation;
    for (let i = 0; i < rows; i++) {
      const slope = 2 * unit.deviation * maternSlope(r2[i] as number, decay[i] as number);
      ofMean[i] = slope * (this.#alpha[i] as number);
      ofVariance[i] = share * slope * (k[i] as number);
    }
    this.#alongDifferences(x, ofMean, mean);
    this.#alongDifferences(x, ofVariance, variance);
    return prediction;
  }

  /** Derivatives by the coordinates of what has these derivatives by half the squared distances to the rows. */
  #alongDifferences(x: Float64Array, ofDistances: Float64Array, gradient: Float64Array): void {
    const { inputs, hyper } = this.#system;
    const { dimensions, rows, cells } = inputs;
    const width = dimensions.length;
    for (let p = 0; p < width; p++) {
      const theta = hyper.theta[p] as number;
      const at = x[p] as number;
      let sum = 0;
      if (dimensions[p] === "number")
        for (let i = 0, cell = p; i < rows; i++, cell += width)
          sum += (ofDistances[i] as number) * (theta * (at - (cells[cell] as number)));
      gradient[p] = sum;
    }
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

/** The process of finite values `y`, one a row of `inputs`. At least one row. */
export function processOf(inputs: Inputs, y: Float64Array, hyper: Hyperparameters): Process {
  const unit = unitOf(y);
  return new GaussianProcess({ inputs, hyper, unit, y: inUnits(y, unit), l: factorOf(inputs, hyper) });
}
