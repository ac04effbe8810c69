/**
 * What the answers of a level's rows are on average, drawn towards the mean of all rows the more the fewer they are
 * (Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", SIGKDD Explorations 3, 2001).
 *
 * A training row's own answer must not be in its number, or a model learns to trust the number more than it will deserve on new
 * rows. So training rows get the average of the other four folds (Pargent and others, "Regularized target encoding
 * outperforms traditional methods", Computational Statistics 37, 2022), with a group's rows in one fold.
 */
import type { TaskSpec } from "../../plugin/table.js";
import { type Answers, answersOf } from "../answers.js";
import { FOLDS, foldsOf } from "../folds.js";
import type { FittedPart, Training } from "../part.js";
import { type Coded, fitDictionaries, ownCodes } from "./dictionary.js";
import { type LookUp, lookUpPart, write } from "./lookup.js";
import { smoothingOf } from "./smoothing.js";

export interface TargetOptions {
  /** In rows: how many the mean of all rows counts for. Default: what the levels' own variance says (smoothing.ts). */
  readonly smoothing?: number;
}

/** Sums by fold and code. */
interface Sums {
  /** [folds, size, each] */
  readonly answers: Float64Array;
  /** [folds, size] */
  readonly weights: Float64Array;
}

export function fitTarget(training: Training, names: readonly string[], options: TargetOptions): FittedPart | null {
  const coded = fitDictionaries(training, names, ownCodes({ minCount: 2, limit: Number.POSITIVE_INFINITY }));
  if (coded.length === 0) return null;
  const answers = answersOf(training);
  const folds = foldsOf(training);
  const fitted = coded.map((one) => fitColumn(one, answers, folds, options));
  const part = lookUpPart(
    fitted.map(({ whole }) => whole),
    suffixesOf(training.spec),
  );
  return {
    ...part,
    encodeTraining(place) {
      fitted.forEach(({ without }, index) => {
        const { codes } = coded[index] as Coded;
        const numbersOf = (row: number) => without[folds[row] as number] as Float32Array;
        write(codes, answers.each, numbersOf, { ...place, at: place.at + index * answers.each });
      });
    },
  };
}

function suffixesOf({ task, classes }: TaskSpec): string[] {
  return task === "multiclass" ? classes.map((name) => `target=${name}`) : ["target"];
}

interface FittedColumn {
  readonly whole: LookUp;
  /** For each fold, the numbers that all others give. */
  readonly without: readonly Float32Array[];
}

function fitColumn(coded: Coded, answers: Answers, folds: Uint8Array, options: TargetOptions): FittedColumn {
  const { dictionary } = coded;
  const smoothing = options.smoothing ?? smoothingOf(coded, answers);
  const sums = sumsOf(coded, answers, folds);
  const numbers = (left: number | null) => averages(total(sums, left), answers.each, smoothing);
  const without = Array.from({ length: FOLDS }, (_, fold) => numbers(fold));
  return { whole: { dictionary, numbers: numbers(null) }, without };
}

function sumsOf({ codes, dictionary: { size } }: Coded, { values, each, weight }: Answers, folds: Uint8Array): Sums {
  const sums = { answers: new Float64Array(FOLDS * size * each), weights: new Float64Array(FOLDS * size) };
  codes.forEach((code, row) => {
    const cell = (folds[row] as number) * size + code;
    const share = weight[row] as number;
    sums.weights[cell] = (sums.weights[cell] as number) + share;
    for (let at = 0; at < each; at++) {
      const answer = share * (values[row * each + at] as number);
      sums.answers[cell * each + at] = (sums.answers[cell * each + at] as number) + answer;
    }
  });
  return sums;
}

/** Of all folds but one: sums by code. */
function total(sums: Sums, left: number | null): Sums {
  const added = (of: Float64Array) => {
    const length = of.length / FOLDS;
    const sum = new Float64Array(length);
    for (let fold = 0; fold < FOLDS; fold++) {
      if (fold === left) continue;
      for (let at = 0; at < length; at++) sum[at] = (sum[at] as number) + (of[fold * length + at] as number);
    }
    return sum;
  };
  return { answers: added(sums.answers), weights: added(sums.weights) };
}

/** [size, each] */
function averages({ answers, weights }: Sums, each: number, smoothing: number): Float32Array {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const means = Float64Array.from({ length: each }, (_, at) => {
    let sum = 0;
    for (let cell = at; cell < answers.length; cell += each) sum += answers[cell] as number;
    return all > 0 ? sum / all : 0;
  });
  return Float32Array.from(answers, (sum, cell) => {
    const weight = (weights[Math.floor(cell / each)] as number) + smoothing;
    const mean = means[cell % each] as number;
    return weight > 0 ? (sum + smoothing * mean) / weight : mean;
  });
}
