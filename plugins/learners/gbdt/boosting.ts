/** Gradient boosting: rounds of trees, each grown on the derivatives of the loss at the scores so far. */
import { type Labelled, type TaskSpec, type TrainingAnswers, trainingAnswers } from "../../../core/plugin/index.js";
import { kernelOf } from "./compiled-kernel.js";
import { type Binned, binsOf, encode, type Feature, fitFeatures } from "./encoding.js";
import { Grower } from "./grow.js";
import { type Kernel, strideOf } from "./kernel.js";
import { LOSSES, type Loss } from "./losses.js";
import { drawColumns, drawRows } from "./sampling.js";
import type { Settings } from "./settings.js";
import { addTree, type Tree } from "./tree.js";

/** Histograms that are kept take this at most; beyond it those of larger children are made anew, not by subtraction. */
const MOST_BYTES = 2 ** 28;

export class Boosting {
  readonly features: readonly Feature[];
  readonly answers: TrainingAnswers;
  /** Scores that every row begins with. [outputs] */
  readonly start: Float64Array;
  readonly trees: Tree[][] = [];
  private readonly loss: Loss;
  private readonly kernel: Kernel;
  private readonly grower: Grower;
  /** [outputs × rows] */
  private readonly scores: Float64Array;

  /** @throws LearnerFailure where nothing can be learned from such rows or columns */
  constructor(
    spec: TaskSpec,
    train: Labelled,
    private readonly settings: Settings,
    private readonly seed: number,
  ) {
    this.answers = trainingAnswers(spec, train, settings.balanced);
    this.features = fitFeatures(train.table, settings.maxBins);
    this.kernel = kernelFor(train.table.rows, this.features, settings.leaves);
    encode(this.features, train.table, this.kernel.codes);
    this.kernel.turn();
    this.loss = LOSSES[spec.task];
    this.start = this.loss.start(spec, this.answers);
    this.scores = startScores(this.start, train.table.rows);
    this.grower = new Grower(this.kernel, this.features, settings);
  }

  /** Multiply-adds so far. */
  get work(): number {
    return this.grower.work;
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
      const drawn = drawRows(kernel.order, { seed, round, share: settings.rowSample });
      const grown = this.grower.grow(drawn, columns);
      this.add(grown, drawn, output);
      trees.push(grown.tree);
      await breathe();
    }
    this.trees.push(trees);
  }

  /** Those rows that a tree was grown on are in their leaves already; the others go through it. */
  private add(grown: ReturnType<Grower["grow"]>, drawn: number, output: number): void {
    const { rows, width } = this.kernel.size;
    const scores = this.scores.subarray(output * rows, (output + 1) * rows);
    grown.addTo(scores);
    addTree(grown.tree, { rows, width, codes: this.kernel.codes }, scores, this.kernel.order.subarray(drawn));
  }
}

function kernelFor(rows: number, features: readonly Feature[], leaves: number): Kernel {
  const width = features.length;
  const bins = Math.max(...features.map(binsOf));
  const each = width * strideOf({ bins }) * Float64Array.BYTES_PER_ELEMENT;
  const slots = Math.max(3, Math.min(leaves + 1, Math.floor(MOST_BYTES / each)));
  return kernelOf({ rows, width, bins, slots });
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
