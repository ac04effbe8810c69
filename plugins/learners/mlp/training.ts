/** Trains the members of a net at once, until the select side no longer gains. */
import { deriveSeed } from "hyperparameter-js";
import {
  adamW,
  averaged,
  crossEntropy,
  type Loss,
  openPredictor,
  type Predictor,
  ProgramCache,
  type Progress,
  squaredError,
  type Tensor,
  type Trainer,
  type TrainingState,
  tensor,
  train,
  trainingProgram,
} from "onnx-train";
import { type FitContext, LearnerFailure, type Prediction, type TaskSpec } from "../../../core/plugin/index.js";
import type { Answers } from "./answers.js";
import { together } from "./members.js";
import { INPUT, initialOf, type NetShape, netOf, SCORES, type Weights } from "./net.js";

/** Trials of one study have few shapes; their programs are compiled once in each worker. */
const PROGRAMS = new ProgramCache({ capacity: 4 });

export interface TrainingOptions {
  readonly spec: TaskSpec;
  readonly shape: NetShape;
  readonly members: number;
  readonly rate: number;
  readonly decay: number;
  /** Rows of a step. */
  readonly batch: number;
  readonly seed: number;
  /** At most; null: as many as are of use. */
  readonly epochs: number | null;
}

export interface Trained {
  /** Of each member that stayed finite. */
  readonly members: readonly Weights[];
  /** The epoch that they are of. */
  readonly epochs: number;
}

export interface Rows {
  /** [rows × width] */
  readonly numbers: Float32Array;
  readonly answers: Answers;
  /** Numbers of the select side; null where there are no rows. */
  readonly select: Float32Array | null;
}

/** Epochs at most, and without rows to stop by. */
const MOST_EPOCHS = 200;
const BLIND_EPOCHS = 40;
/** Epochs without a better loss on the select side after which training ends. */
const PATIENCE = 16;
/** Multiply-adds and steps of a chunk, which take a quarter of a second at most. */
const CHUNK_WORK = 1e10;
const CHUNK_STEPS = 1_500;

/**
 * The weights of each member at the best epoch.
 * @throws LearnerFailure diverged where no member's numbers stay finite
 */
export async function trainMembers(rows: Rows, options: TrainingOptions, context: FitContext): Promise<Trained> {
  const { shape, members, seed } = options;
  const seeds = Array.from({ length: members }, (_, member) => deriveSeed(seed, "member", member));
  const nets = seeds.map((one) => netOf(shape, one));
  const [net] = nets as [(typeof nets)[0]];
  const program = trainingProgram({
    model: net,
    loss: lossOf(options.spec, rows.answers),
    optimizer: averaged(adamW({ decay: 0 }), { corrected: true }),
    // Biases and frequencies are no weights of a sum that decay keeps small.
    settings: [{ has: (name) => /bias$|frequencies$/.test(name), adjust: (hyper) => ({ ...hyper, decay: 0 }) }],
    models: members,
  });
  const trainer = await PROGRAMS.open(program);
  const predictor = await openPredictor(program, net);
  try {
    const run = new Run({ trainer, predictor, rows, options, seeds }, context);
    const state = await run.toEnd(
      trainer.start({ weights: nets.map((one) => initialOf(one, (name) => program.initial.has(name))) }),
    );
    return { members: run.alive.map((member) => trainer.weights(state, member)), epochs: run.epochs };
  } finally {
    await Promise.all([trainer.release(), predictor.release()]);
  }
}

function lossOf({ task }: TaskSpec, { weights }: Answers): Loss {
  const counted = weights === null ? {} : { weights: "weight" };
  return task === "regression"
    ? squaredError({ output: SCORES, ...counted })
    : crossEntropy({ logits: SCORES, ...counted });
}

interface Parts {
  readonly trainer: Trainer;
  readonly predictor: Predictor;
  readonly rows: Rows;
  readonly options: TrainingOptions;
  readonly seeds: readonly number[];
}

class Run {
  /** Members whose numbers are finite. */
  alive: readonly number[];
  private best: { readonly loss: number; readonly state: TrainingState; readonly epoch: number } | null = null;
  /** Of the state that `toEnd` gives. */
  epochs = 0;
  private readonly perEpoch: number;
  private readonly batch: number;
  /** Multiply-adds of a step: forward once, back twice. */
  private readonly cost: number;

  constructor(
    private readonly parts: Parts,
    private readonly context: FitContext,
  ) {
    const { rows, options, trainer } = parts;
    const count = rows.numbers.length / options.shape.width;
    this.batch = Math.min(options.batch, count);
    this.perEpoch = Math.floor(count / this.batch);
    const weights = trainer.program.parameters.reduce(
      (sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1),
      0,
    );
    this.cost = 3 * this.batch * weights * options.members;
    this.alive = parts.seeds.map((_, member) => member);
  }

  async toEnd(start: TrainingState): Promise<TrainingState> {
    const { trainer, rows, options, seeds } = this.parts;
    const { state } = await train(trainer, {
      data: this.data(),
      batch: this.batch,
      epochs: options.epochs ?? (rows.select === null ? BLIND_EPOCHS : MOST_EPOCHS),
      seed: seeds,
      state: start,
      chunk: Math.max(1, Math.min(CHUNK_STEPS, Math.floor(CHUNK_WORK / this.cost))),
      // An average over about an epoch; over a hundred steps where epochs are short.
      hyper: () => ({ rate: options.rate, decay: options.decay, averageDecay: 1 - 1 / Math.max(100, this.perEpoch) }),
      onChunk: (progress) => this.look(progress),
    });
    if (this.alive.length === 0) throw new LearnerFailure("diverged", "no member's loss stayed finite");
    this.epochs = this.best?.epoch ?? Math.round(state.step / this.perEpoch);
    return this.best?.state ?? state;
  }

  private data(): Record<string, Tensor> {
    const { rows, options } = this.parts;
    const { width } = options.shape;
    const { target, weights } = rows.answers;
    const x = tensor("float", [rows.numbers.length / width, width], rows.numbers);
    return { [INPUT]: x, target, ...(weights === null ? {} : { weight: weights }) };
  }

  private async look({ state, outcomes, losses }: Progress): Promise<"stop" | undefined> {
    this.context.work((this.cost * losses.length) / this.parts.options.members);
    this.alive = outcomes.flatMap(({ code }, member) => (code === "DONE" ? [member] : []));
    const epoch = state.step / this.perEpoch;
    if (this.parts.rows.select === null || !Number.isInteger(epoch) || this.alive.length === 0) {
      await this.context.pause();
      return undefined;
    }
    const loss = this.context.loss(await this.predicted(state, this.parts.rows.select));
    await this.context.report(epoch, loss);
    if (this.best === null || loss < this.best.loss) this.best = { loss, state, epoch };
    return epoch - this.best.epoch >= PATIENCE ? "stop" : undefined;
  }

  private async predicted(state: TrainingState, numbers: Float32Array): Promise<Prediction> {
    const { predictor, options, rows } = this.parts;
    const { width, outputs } = options.shape;
    const count = numbers.length / width;
    const said = await predictor.predict(state, { [INPUT]: tensor("float", [count, width], numbers) });
    const all = said[SCORES]?.data as Float32Array;
    const each = count * outputs;
    const scores = this.alive.map((member) => all.subarray(member * each, (member + 1) * each));
    return together(options.spec, scores, rows.answers.unit);
  }
}
