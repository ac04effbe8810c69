import type { SparseRows, TaskSpec } from "../../../core/plugin/index.js";
import { Curvature } from "./curvature.js";
import { costOf, multiply, multiplyTransposed } from "./design.js";
import { type Answers, LOSSES } from "./losses.js";
import type { Problem } from "./owlqn.js";

export interface Rows {
  readonly spec: TaskSpec;
  readonly design: SparseRows;
  readonly answers: Answers;
}

export interface Penalties {
  /** Of Σ |w|. */
  readonly l1: number;
  /** Of Σ w² / 2. */
  readonly l2: number;
}

/** Mean loss + l2/2 · Σ w² as a function of the coefficients, and l1; intercepts are not penalised. */
export class Objective implements Problem {
  readonly outputs: number;
  readonly l1: Float64Array;
  private readonly curvature: Curvature;

  constructor(
    private readonly rows: Rows,
    private readonly penalties: Penalties,
  ) {
    const { spec, design, answers } = rows;
    this.outputs = LOSSES[spec.task].outputs(spec);
    const size = design.width * this.outputs;
    this.l1 = new Float64Array(size + this.outputs).fill(penalties.l1, 0, size);
    const bends = LOSSES[spec.task].bends(spec, answers);
    this.curvature = new Curvature({ design, weight: answers.weight, penalties, bends });
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
