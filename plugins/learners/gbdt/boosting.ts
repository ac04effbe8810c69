/** Gradient boosting: rounds of trees, each grown on the derivatives of the loss at the scores so far. */
import {
  type Labelled,
  LearnerFailure,
  type Prediction,
  type TaskSpec,
  type TrainingAnswers,
  trainingAnswers,
} from "../../../core/plugin/index.js";
import { kernelOf } from "./compiled-kernel.js";
import { type Binned, binsOf, encode, type Feature, fitFeatures } from "./encoding.js";
import { Grower } from "./grow.js";
import { type Kernel, strideOf } from "./kernel.js";
import { type Loss, unlinked } from "./losses.js";
import { signsOf } from "./monotone.js";
import { objectiveOf } from "./objective.js";
import { Coins, drawBootstrap, drawColumns, drawRows } from "./sampling.js";
import type { Settings } from "./settings.js";
import { addTree, type Tree } from "./tree.js";

/** Histograms that are kept take this at most; beyond it those of larger children are made anew, not by subtraction. */
const MOST_BYTES = 2 ** 28;
/** And so many at most: forests have thousands of leaves, most of which are of few rows. */
const MOST_SLOTS = 256;

/** What the derivatives of a score take, in multiply-adds: of many classes they take as long as the histograms. */
const DERIVATION = 20;

/** Rows to learn from, and where boosting goes on from a base what that says of them. */
export interface Training extends Labelled {
  readonly base?: Prediction;
}

export class Boosting {
  readonly features: readonly Feature[];
  readonly answers: TrainingAnswers;
  /** Scores that every row begins with, beside those of a base. [outputs] */
  readonly start: Float64Array;
  readonly trees: Tree[][] = [];
  readonly loss: Loss;
  private readonly kernel: Kernel;
  private readonly grower: Grower;
  /** Scores that derivatives were taken of. */
  private derived = 0;
  /** [outputs × rows] */
  private readonly scores: Float64Array;

  /** @throws LearnerFailure where nothing can be learned from such rows or columns */
  constructor(
    spec: TaskSpec,
    train: Training,
    private readonly settings: Settings,
    private readonly seed: number,
  ) {
    const { loss, standardised } = objectiveOf(spec.task, settings);
    const answers = trainingAnswers(spec, train, settings.balanced);
    this.answers = standardised ? answers : asGiven(answers, train);
    this.features = fitFeatures(train.table, settings.maxBins);
    this.kernel = kernelFor(train.table.rows, this.features, settings.leaves);
    encode(this.features, train.table, this.kernel.codes);
    this.kernel.turn();
    this.loss = loss;
    const start = this.loss.start(spec, this.answers);
    this.start = train.base === undefined ? start : new Float64Array(start.length);
    this.scores = firstScores({ loss, start: this.start, ...this.answers }, train.table.rows, train.base);
    this.grower = new Grower(
      this.kernel,
      this.features,
      settings,
      signsOf(this.features, spec.task, settings.monotone),
    );
  }

  /** Multiply-adds so far. */
  get work(): number {
    return this.grower.work + DERIVATION * this.derived;
  }

  /** One more round: a tree for each output. @param breathe awaited after each of them */
  async round(breathe: () => Promise<void>): Promise<void> {
    const { seed, settings, kernel, loss } = this;
    const { width } = kernel.size;
    const round = this.trees.length;
    const prepared = loss.prepare(this.scores, this.start.length);
    const columns = drawColumns(width, { seed, round, share: settings.columnSample });
    const trees: Tree[] = [];
    for (let output = 0; output < this.start.length; output++) {
      loss.differentiate(prepared, output, this.answers, kernel.pairs);
      const drawn = settings.bootstrap
        ? drawBootstrap(kernel.order, kernel.pairs, { seed, round })
        : drawRows(kernel.order, { seed, round, share: settings.rowSample });
      const coins = new Coins(seed, round * this.start.length + output);
      const grown = this.grower.grow(drawn, columns, coins);
      this.settle(grown, output);
      if (!settings.averaged) this.add(grown, drawn, output);
      trees.push(grown.tree);
      await breathe();
    }
    this.trees.push(trees);
    this.derived += this.scores.length;
  }

  /** Gives leaves the steps that the loss knows better than its quadratic model. */
  private settle(grown: ReturnType<Grower["grow"]>, output: number): void {
    const { rows } = this.kernel.size;
    const scores = this.scores.subarray(output * rows, (output + 1) * rows);
    const { loss, answers } = this;
    if (loss.step) grown.setLeaves((leaf) => loss.step?.(leaf, scores, answers) ?? 0);
  }

  /** Those rows that a tree was grown on are in their leaves already; the others go through it. */
  private add(grown: ReturnType<Grower["grow"]>, drawn: number, output: number): void {
    const { rows, width } = this.kernel.size;
    const scores = this.scores.subarray(output * rows, (output + 1) * rows);
    grown.addTo(scores);
    addTree(grown.tree, { rows, width, codes: this.kernel.codes }, scores, this.kernel.order.subarray(drawn));
  }
}

/** @throws LearnerFailure target_negative: counts are 0 or more */
function asGiven({ weight }: TrainingAnswers, { truth }: Labelled): TrainingAnswers {
  if (truth.every((value) => value >= 0)) return { truth, weight, mean: 0, scale: 1 };
  throw new LearnerFailure(
    "target_negative",
    "the target has values below 0, of which objective poisson knows nothing",
  );
}

function kernelFor(rows: number, features: readonly Feature[], leaves: number): Kernel {
  const width = features.length;
  const bins = Math.max(...features.map(binsOf));
  const each = width * strideOf({ bins }) * Float64Array.BYTES_PER_ELEMENT;
  const slots = Math.max(3, Math.min(leaves + 1, MOST_SLOTS, Math.floor(MOST_BYTES / each)));
  return kernelOf({ rows, width, bins, slots });
}

/** What boosting begins from. */
interface Beginning {
  readonly loss: Pick<Loss, "link">;
  readonly start: Float64Array;
  /** Of a regression's target, 0 and 1 where it isn't standardised. */
  readonly mean: number;
  readonly scale: number;
}

/** The scores of rows before the first round, [outputs × rows]. @param base what the base predicts for them */
export function firstScores({ loss, start, mean, scale }: Beginning, rows: number, base?: Prediction): Float64Array {
  if (base === undefined) return startScores(start, rows);
  return unlinked(loss.link, base, start.length).map((score) => (score - mean) / scale);
}

/** [outputs × rows] */
export function startScores(start: Float64Array, rows: number): Float64Array {
  const scores = new Float64Array(start.length * rows);
  start.forEach((score, output) => {
    scores.fill(score, output * rows, (output + 1) * rows);
  });
  return scores;
}

/** Adds a round's trees to the scores of other rows, [outputs × rows]. */
export function addRound(trees: readonly Tree[], binned: Binned, scores: Float64Array): void {
  trees.forEach((tree, output) => {
    addTree(tree, binned, scores.subarray(output * binned.rows, (output + 1) * binned.rows));
  });
}
