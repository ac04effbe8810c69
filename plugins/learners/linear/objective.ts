import type { TaskSpec } from "../../../core/plugin/index.js";
import type { Answers } from "./answers.js";
import { Curvature } from "./curvature.js";
import { type Coefficients, costOf, type Design, multiply, multiplyTransposed } from "./design.js";
import { LOSSES } from "./losses.js";
import type { Problem } from "./owlqn.js";

export interface Rows {
  readonly spec: TaskSpec;
  readonly design: Design;
  readonly answers: Answers;
}

export interface Penalties {
  /** Of Σ |w|. */
  readonly l1: number;
  /** Of Σ w² / 2. */
  readonly l2: number;
}

/** The weighted mean loss over rows. Overwrites nothing. */
export function meanLoss({ spec, design, answers }: Rows, coefficients: Coefficients): number {
  return LOSSES[spec.task].differentiate(multiply(design, coefficients), answers);
}

/** Mean loss + l2/2 · Σ w² as a function of the coefficients, and l1; intercepts are not penalised. */
export class Objective implements Problem {
  readonly outputs: number;
  readonly l1: Float64Array;
  private readonly curvature: Curvature;

  /** @param size coefficients of one output, without the intercept */
  constructor(
    private readonly rows: Rows,
    private readonly penalties: Penalties,
    size: number,
  ) {
    this.outputs = LOSSES[rows.spec.task].outputs(rows.spec);
    this.l1 = new Float64Array((size + 1) * this.outputs).fill(penalties.l1, 0, size * this.outputs);
    const { design, answers } = rows;
    const bends = LOSSES[rows.spec.task].bends(rows.spec, answers);
    this.curvature = new Curvature({ design, weight: answers.weight, side: size + 1, penalties, bends });
  }

  /** Multiply-adds spent before the first evaluation. */
  get preparation(): number {
    return this.curvature.work;
  }

  /** Multiply-adds of one evaluation: the two products. */
  get cost(): number {
    return 2 * costOf(this.rows.design, this.outputs);
  }

  evaluate(x: Float64Array, gradient: Float64Array): number {
    const { spec, design, answers } = this.rows;
    const scores = multiply(design, { values: x, outputs: this.outputs });
    const loss = LOSSES[spec.task].differentiate(scores, answers);
    multiplyTransposed(design, scores, { values: gradient, outputs: this.outputs });
    return loss + this.shrink(x, gradient);
  }

  precondition(vector: Float64Array, free: Uint8Array): Float64Array {
    return this.curvature.precondition(vector, free);
  }

  /** The ridge penalty; adds its gradient. */
  private shrink(x: Float64Array, gradient: Float64Array): number {
    const { l2 } = this.penalties;
    let squares = 0;
    for (let i = 0; i < x.length - this.outputs; i++) {
      const value = x[i] as number;
      squares += value * value;
      gradient[i] = (gradient[i] as number) + l2 * value;
    }
    return (l2 / 2) * squares;
  }
}
