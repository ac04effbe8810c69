import type { FitContext, Prediction } from "../plugin/index.js";

/** Thrown by a recorder that was told to end the trial, as the evaluator does to prune or cancel it. */
export class Stop extends Error {
  override readonly name = "Stop";
}

/** A context that writes down what a learner tells it. */
export class Recorder implements FitContext {
  readonly reports: { readonly step: number; readonly loss: number }[] = [];
  readonly counted: number[] = [];
  /** Calls of `report` and `pause`. */
  yields = 0;
  readonly #stop: Stop | null;
  readonly #spent: boolean;

  /** @param stop thrown at each report and pause; null: the trial goes on @param spent whether the fit is to end at once */
  constructor(stop: Stop | null = null, spent = false) {
    this.#stop = stop;
    this.#spent = spent;
  }

  /** Half a unit for every prediction of finite numbers: the kit has no recipe, and so no metric. */
  loss(select: Prediction): number {
    return select.every(Number.isFinite) ? 0.5 : Number.NaN;
  }

  async report(step: number, loss: number): Promise<void> {
    this.reports.push({ step, loss });
    await this.pause();
  }

  async pause(): Promise<void> {
    this.yields += 1;
    if (this.#stop !== null) throw this.#stop;
  }

  work(units: number): void {
    this.counted.push(units);
  }

  isSpent(): boolean {
    return this.#spent;
  }
}
