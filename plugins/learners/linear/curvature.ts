/**
 * How the loss curves near the start, as a preconditioner: Newton's step for a regression, close to it for classes.
 * Columns that say nearly the same (minutes and their charge) take L-BFGS hundreds of steps without it.
 */
import type { SparseRows } from "../../../core/plugin/index.js";
import { factorise, solve } from "./cholesky.js";
import type { Penalties } from "./objective.js";

/** Coefficients of one output up to which whole matrices are used; beyond, their diagonals. Cholesky of 400 takes 20 ms. */
const MOST = 400;
/** Multiply-adds that the matrix may cost (0.1 s); where it would be more, it is taken over every k-th row. */
const MOST_WORK = 5e7;
/** Added to the diagonal: the one-hot columns sum to the intercept's, so without a ridge the matrix is singular. */
const JITTER = 1e-7;
/** The same with an L1 penalty: a longer step along nearly equal columns would be cut off at 0, and wasted (measured). */
const JITTER_L1 = 1e-2;

export interface CurvatureOptions {
  readonly design: SparseRows;
  /** [rows], with sum 1 */
  readonly weight: Float64Array;
  readonly penalties: Penalties;
  /** Second derivative of the loss in each output's score, roughly. [outputs] */
  readonly bends: readonly number[];
}

export class Curvature {
  /** Σ weight · x xᵀ over rows x that end in 1, [side × side], lower triangle; [side], the diagonal, where side is large. */
  private readonly moments: Float64Array;
  private readonly whole: boolean;
  /** Coefficients of one output, with the intercept. */
  private readonly side: number;
  /** Of each output, for the free coordinates that it was last asked for. */
  private readonly blocks: (Block | undefined)[] = [];
  /** Multiply-adds that the matrix took. */
  readonly work: number;

  constructor(private readonly options: CurvatureOptions) {
    const { rows, width, values } = options.design;
    this.side = width + 1;
    this.whole = this.side <= MOST;
    const cells = values.length / rows + 1;
    const work = rows * (this.whole ? (cells * cells) / 2 : cells);
    const stride = Math.max(1, Math.ceil(work / MOST_WORK));
    this.work = Math.ceil(work / stride);
    this.moments = this.whole ? products(options, stride) : squares(options, stride);
  }

  /** The inverse of the curvature over the free coordinates, times the vector; both [side × outputs] row by row. */
  precondition(vector: Float64Array, free: Uint8Array): Float64Array {
    const result = new Float64Array(vector.length);
    const outputs = this.options.bends.length;
    for (let output = 0; output < outputs; output++) {
      const block = this.block(output, free);
      const part = Float64Array.from(block.at, (cell) => vector[cell * outputs + output] as number);
      const solved = block.lower === null ? this.divided(part, block.at, output) : solve(block.lower, part);
      block.at.forEach((cell, i) => {
        result[cell * outputs + output] = solved[i] as number;
      });
    }
    return result;
  }

  private block(output: number, free: Uint8Array): Block {
    const { side, options } = this;
    const { bends } = options;
    const at = Array.from({ length: side }, (_, cell) => cell).filter(
      (cell) => free[cell * bends.length + output] === 1,
    );
    const known = this.blocks[output];
    if (known !== undefined && known.at.length === at.length && known.at.every((cell, i) => cell === at[i]))
      return known;
    const made = { at, lower: this.whole ? this.factor(at, output) : null };
    this.blocks[output] = made;
    return made;
  }

  private factor(at: readonly number[], output: number): Float64Array {
    const matrix = new Float64Array(at.length * at.length);
    at.forEach((row, i) => {
      for (let j = 0; j < i; j++) matrix[i * at.length + j] = this.bend(output) * this.moment(row, at[j] as number);
      matrix[i * at.length + i] = this.diagonal(row, output);
    });
    return factorise(matrix, at.length);
  }

  private divided(part: Float64Array, at: readonly number[], output: number): Float64Array {
    return part.map((value, i) => value / this.diagonal(at[i] as number, output));
  }

  private diagonal(cell: number, output: number): number {
    const { side, options } = this;
    const { penalties } = options;
    const square = this.bend(output) * (this.whole ? this.moment(cell, cell) : (this.moments[cell] as number));
    if (cell === side - 1) return square + JITTER;
    return square + Math.max(penalties.l2, penalties.l1 > 0 ? JITTER_L1 : JITTER);
  }

  private moment(row: number, column: number): number {
    return this.moments[row * this.side + column] as number;
  }

  private bend(output: number): number {
    return this.options.bends[output] as number;
  }
}

interface Block {
  /** Free coordinates of the output, ascending. */
  readonly at: readonly number[];
  /** Cholesky factor over them; null where only the diagonal is kept. */
  readonly lower: Float64Array | null;
}

/** Calls `visit` for every `stride`-th row with the places of its numbers that aren't 0, ascending, and those numbers. */
function eachRow(
  { design, weight }: CurvatureOptions,
  stride: number,
  visit: (share: number, places: readonly number[], numbers: readonly number[]) => void,
): void {
  const { rows, width, starts } = design;
  for (let row = 0; row < rows; row += stride) {
    const [from, to] = [starts[row], starts[row + 1]];
    const places = [...design.places.subarray(from, to), width];
    const numbers = [...design.values.subarray(from, to), 1];
    visit(stride * (weight[row] as number), places, numbers);
  }
}

function products(options: CurvatureOptions, stride: number): Float64Array {
  const side = options.design.width + 1;
  const sums = new Float64Array(side * side);
  eachRow(options, stride, (share, places, numbers) => {
    for (let i = 0; i < places.length; i++) {
      const row = (places[i] as number) * side;
      const scaled = share * (numbers[i] as number);
      for (let j = 0; j <= i; j++) {
        const cell = row + (places[j] as number);
        sums[cell] = (sums[cell] as number) + scaled * (numbers[j] as number);
      }
    }
  });
  return sums;
}

function squares(options: CurvatureOptions, stride: number): Float64Array {
  const sums = new Float64Array(options.design.width + 1);
  eachRow(options, stride, (share, places, numbers) => {
    for (let i = 0; i < places.length; i++) {
      const cell = places[i] as number;
      sums[cell] = (sums[cell] as number) + share * (numbers[i] as number) ** 2;
    }
  });
  return sums;
}
