/** Trains the members of a net at once, until the select side no longer gains. */
import { deriveSeed } from "hyperparameter-js";
import {
  adamW,
  averaged,
  openPredictor,
  type Predictor,
  ProgramCache,
  type Progress,
  type Tensor,
  type Trainer,
  type TrainingState,
  tensor,
  train,
  trainingProgram,
} from "onnx-train";
import {
  type FitContext,
  LearnerFailure,
  type Prediction,
  type StoppingLoss,
  type TaskSpec,
} from "../../../core/plugin/index.js";
import type { Answers } from "./answers.js";
import { lossOf } from "./loss.js";
import { byMember, together } from "./members.js";
import { INPUT, initialOf, type NetShape, netOf, SCORES, type Weights } from "./net.js";
import type { Settings } from "./settings.js";

/** Trials of one study have few shapes; their programs are compiled once in each worker. */
const PROGRAMS = new ProgramCache({ capacity: 4 });

export interface TrainingOptions {
  readonly spec: TaskSpec;
  readonly shape: NetShape;
  readonly settings: Settings;
  readonly seed: number;
}

export interface Trained {
  /** Of each net that stayed finite. */
  readonly nets: readonly Weights[];
  /** The epoch that they are of. */
  readonly epochs: number;
}

export interface Rows {
  /** [rows × width] */
  readonly numbers: Float32Array;
  readonly answers: Answers;
  /** Numbers of the select side; null where there are no rows. */
  readonly select: Float32Array | null;
  readonly stopping: StoppingLoss;
}

/** Values of a hidden layer, over rows and members, that a look at the select side holds at once: 256 MiB. */
const LOOK_UNITS = 2 ** 26;
/** Epochs at most, and without rows to stop by. */
const MOST_EPOCHS = 200;
const BLIND_EPOCHS = 40;
/** Epochs without a better loss on the select side after which training ends. */
const PATIENCE = 16;
/** Biases, frequencies and factors are no weights of a sum that decay keeps small. */
const UNDECAYED = /(bias|frequencies|scale|shift|inputs|outputs)$/;
/** Multiply-adds and steps of a chunk, which take a quarter of a second at most. */
const CHUNK_WORK = 1e10;
const CHUNK_STEPS = 1_500;

/**
 * The weights of each net at the best epoch.
 * @throws LearnerFailure diverged where no net's numbers stay finite
 */
export async function trainNets(rows: Rows, options: TrainingOptions, context: FitContext): Promise<Trained> {
  const { spec, shape, settings, seed } = options;
  const seeds = Array.from({ length: settings.nets }, (_, at) => deriveSeed(seed, "member", at));
  const nets = seeds.map((one) => netOf(shape, one));
  const [net] = nets as [(typeof nets)[0]];
  const isWeighted = rows.answers.weights !== null;
  const program = trainingProgram({
    model: net,
    loss: lossOf({ spec, shared: shape.shared, smoothing: settings.smoothing, isWeighted }),
    optimizer: averaged(adamW({ decay: 0 }), { corrected: true }),
    settings: [{ has: (name) => UNDECAYED.test(name), adjust: (hyper) => ({ ...hyper, decay: 0 }) }],
    models: settings.nets,
  });
  const trainer = await PROGRAMS.open(program);
  const predictor = await openPredictor(program, net);
  try {
    const run = new Run({ trainer, predictor, rows, options, seeds }, context);
    const state = await run.toEnd(
      trainer.start({ weights: nets.map((one) => initialOf(one, (name) => program.initial.has(name))) }),
    );
    return { nets: run.alive.map((at) => trainer.weights(state, at)), epochs: run.epochs };
  } finally {
    await Promise.all([trainer.release(), predictor.release()]);
  }
}

interface Parts {
  readonly trainer: Trainer;
  readonly predictor: Predictor;
  readonly rows: Rows;
  readonly options: TrainingOptions;
  readonly seeds: readonly number[];
}

class Run {
  /** Nets whose numbers are finite. */
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
    const { nets, batch } = options.settings;
    this.batch = Math.min(batch, count);
    this.perEpoch = Math.floor(count / this.batch);
    const weights = trainer.program.parameters.reduce(
      (sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1),
      0,
    );
    this.cost = 3 * this.batch * weights * nets * (options.shape.shared ?? 1);
    this.alive = parts.seeds.map((_, net) => net);
  }

  async toEnd(start: TrainingState): Promise<TrainingState> {
    const { trainer, rows, options, seeds } = this.parts;
    const { epochs, rate, decay } = options.settings;
    const { state } = await train(trainer, {
      data: this.data(),
      batch: this.batch,
      epochs: epochs ?? (rows.select === null ? BLIND_EPOCHS : MOST_EPOCHS),
      seed: seeds,
      state: start,
      chunk: Math.max(1, Math.min(CHUNK_STEPS, Math.floor(CHUNK_WORK / this.cost))),
      // An average over about an epoch; over a hundred steps where epochs are short.
      hyper: () => ({ rate, decay, averageDecay: 1 - 1 / Math.max(100, this.perEpoch) }),
      onChunk: (progress) => this.look(progress),
    });
    if (this.alive.length === 0) throw new LearnerFailure("diverged", "no net's loss stayed finite");
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
    this.context.work((this.cost * losses.length) / this.parts.options.settings.nets);
    this.alive = outcomes.flatMap(({ code }, net) => (code === "DONE" ? [net] : []));
    const epoch = state.step / this.perEpoch;
    if (this.parts.rows.select === null || !Number.isInteger(epoch) || this.alive.length === 0) {
      await this.context.pause();
      // without rows to judge by any step is as good as the next
      return this.parts.rows.select === null && this.context.isSpent() ? "stop" : undefined;
    }
    const prediction = await this.predicted(state, this.parts.rows.select);
    const reported = this.context.loss(prediction);
    await this.context.report(epoch, reported);
    const loss = this.parts.rows.stopping(prediction, reported);
    if (this.best === null || loss < this.best.loss) this.best = { loss, state, epoch };
    return epoch - this.best.epoch >= PATIENCE || this.context.isSpent() ? "stop" : undefined;
  }

  /** In pieces of rows, so that a large select side needs little memory. */
  private async predicted(state: TrainingState, numbers: Float32Array): Promise<Prediction> {
    const { options, rows } = this.parts;
    const { width, units, shared } = options.shape;
    const most = width * Math.max(1, Math.floor(LOOK_UNITS / (units * options.settings.nets * (shared ?? 1))));
    const pieces: Prediction[] = [];
    for (let from = 0; from < numbers.length; from += most) {
      const scores = await this.scored(state, numbers.subarray(from, from + most));
      pieces.push(together(options.spec, scores, rows.answers.unit));
    }
    return Float64Array.from(pieces.flatMap((piece) => [...piece]));
  }

  /** One array for each member, [rows × outputs]. */
  private async scored(state: TrainingState, numbers: Float32Array): Promise<readonly Float32Array[]> {
    const { predictor, options } = this.parts;
    const { width, outputs, shared } = options.shape;
    const count = numbers.length / width;
    const said = await predictor.predict(state, { [INPUT]: tensor("float", [count, width], numbers) });
    const all = said[SCORES]?.data as Float32Array;
    const each = count * (shared ?? 1) * outputs;
    return this.alive.flatMap((net) => byMember(all.subarray(net * each, (net + 1) * each), options.shape));
  }
}
