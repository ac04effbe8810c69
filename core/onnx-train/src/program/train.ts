/** Training from start to end: epochs, cut into chunks between which a run can be looked at, pruned and cancelled. */
import { checkNumber, RANGES } from "../given.js";
import type { Tensor } from "../tensor.js";
import { mixed, type Outcome } from "./outcome.js";
import { epochPlan, noBatch, planOfModels, stepsOf } from "./plan.js";
import type { TrainingState } from "./state.js";
import type { Chunk, ChunkResult, Trainer } from "./trainer.js";

export interface TrainOptions extends Pick<Chunk, "data" | "hyper"> {
  /** How many rows one step takes. */
  readonly batch: number;
  /** How often each row is taken; not needed where `steps` is given. */
  readonly epochs?: number;
  /** Steps in all, of as many epochs as that takes. */
  readonly steps?: number;
  /** Of the rows' order and of dropout: one, or one for each model; default 0. */
  readonly seed?: number | readonly number[];
  /** Where to go on from; default the model's own weights. Steps that it has behind it count. */
  readonly state?: TrainingState;
  /** Steps between two looks; default those of an epoch. Results are the same bits for any number. */
  readonly chunk?: number;
  /** After each chunk; "stop" ends the run there. */
  readonly onChunk?: (progress: Progress) => unknown;
  /** Cancels the run at the next look. */
  readonly signal?: AbortSignal;
}

export interface Progress extends ChunkResult {
  /** Steps in all that are asked for. */
  readonly steps: number;
}

export interface TrainResult {
  readonly state: TrainingState;
  /** How each model ended; "STOPPED" by onChunk, "CANCELLED" by the signal. */
  readonly outcomes: readonly (Outcome | { readonly code: "STOPPED" | "CANCELLED" })[];
}

/**
 * Trains until all steps are done, all models broke, onChunk stops it, or the signal is aborted.
 * @throws OnnxError as Trainer.run does; ONNX_OPTION for counts that are none
 */
export async function train(trainer: Trainer, options: TrainOptions): Promise<TrainResult> {
  const { data, seed = 0, hyper, onChunk, signal } = options;
  const { steps, next } = chunks(trainer, options);
  const models = trainer.program.models ?? 1;
  let state = options.state ?? trainer.start();
  let outcomes: readonly Outcome[] = Array.from({ length: models }, () => ({ code: "DONE" }));
  while (state.step < steps) {
    if (signal?.aborted) return { state, outcomes: ended(outcomes, "CANCELLED") };
    const plan = next(state.step);
    const result = await trainer.run(state, { data, plan, seed, ...(hyper === undefined ? {} : { hyper }) });
    state = { ...result.state, parts: frozen(state, result.state, outcomes) };
    outcomes = outcomes.map((before, model) => (before.code === "DONE" ? (result.outcomes[model] ?? before) : before));
    const verdict = await onChunk?.({ ...result, state, outcomes, steps });
    if (outcomes.every(({ code }) => code !== "DONE")) break;
    if (verdict === "stop" && state.step < steps) return { state, outcomes: ended(outcomes, "STOPPED") };
  }
  return { state, outcomes };
}

/** Models that broke stay as they were. */
function frozen(before: TrainingState, after: TrainingState, outcomes: readonly Outcome[]): readonly Float32Array[] {
  const broken = outcomes.flatMap(({ code }, model) => (code === "DONE" ? [] : [[model, before.parts] as const]));
  return mixed(after.parts, outcomes.length, new Map(broken));
}

interface Chunks {
  readonly steps: number;
  /** The plan of the chunk that begins behind this step. */
  next(step: number): Tensor;
}

function chunks(trainer: Trainer, options: TrainOptions): Chunks {
  const { data, batch, seed = 0 } = options;
  const { models, columns } = trainer.program;
  checkNumber("train: batch", batch, RANGES.count);
  const rows = data[columns[0]?.name ?? ""]?.dims[0] ?? 0;
  const perEpoch = Math.floor(rows / batch);
  const { chunk = Math.max(1, perEpoch) } = options;
  checkNumber("train: chunk", chunk, RANGES.count);
  if (perEpoch < 1) throw noBatch(rows, batch);
  const steps = stepCount(options, perEpoch);
  const seeds = typeof seed === "number" ? [seed] : seed;
  const orders = new Map<number, Tensor>();
  const order = (epoch: number): Tensor => {
    const known = orders.get(epoch);
    if (known !== undefined) return known;
    orders.clear();
    const made = seeds.map((one) => epochPlan({ rows, batch, seed: one, epoch }));
    orders.set(epoch, planOfModels(made, models));
    return order(epoch);
  };
  const next = (step: number): Tensor => {
    const plan = order(Math.floor(step / perEpoch));
    const from = step % perEpoch;
    return stepsOf(plan, from, Math.min(from + chunk, perEpoch, from + steps - step));
  };
  return { steps, next };
}

function stepCount({ epochs, steps }: TrainOptions, perEpoch: number): number {
  if (steps !== undefined) {
    checkNumber("train: steps", steps, RANGES.steps);
    return steps;
  }
  checkNumber("train: epochs", epochs, RANGES.amount);
  return Math.round((epochs ?? 0) * perEpoch);
}

function ended(outcomes: readonly Outcome[], code: "STOPPED" | "CANCELLED"): TrainResult["outcomes"] {
  return outcomes.map((outcome) => (outcome.code === "DONE" ? { code } : outcome));
}
