/**
 * Optuna 3.1.0's own pruners over random learning curves (numpy default_rng(3), 17 steps, some every second step, some
 * NaN, some trials failed): at which step each of 40 trials was pruned, in each direction. Hyperband's brackets were set
 * to those of this library, as Optuna's depend on the study's name.
 */
import { readFileSync } from "node:fs";
import {
  type Direction,
  type FrozenTrial,
  type HyperbandOptions,
  hyperbandPruner,
  medianPruner,
  type PatientOptions,
  type PercentileOptions,
  type Pruner,
  patientPruner,
  percentilePruner,
  type SuccessiveHalvingOptions,
  successiveHalvingPruner,
  type ThresholdOptions,
  thresholdPruner,
} from "hyperparameter-js";
import { trial } from "./trials.js";

type Options = PercentileOptions & PatientOptions & ThresholdOptions & SuccessiveHalvingOptions & HyperbandOptions;

interface Vector {
  readonly pruner: string;
  readonly options: Options;
  readonly direction: Direction;
  /** Distance of the steps, and the reports; null: NaN. */
  readonly curves: readonly (readonly [number, readonly (number | null)[]])[];
  readonly ends: readonly (number | null)[];
}

const FIXTURE = new URL("../../fixtures/hyperparameter-js/pruners-optuna-3.1.json", import.meta.url);
const VECTORS: readonly Vector[] = JSON.parse(readFileSync(FIXTURE, "utf8"));

const PRUNERS: Readonly<Record<string, (options: Options) => Pruner>> = {
  median: medianPruner,
  percentile: percentilePruner,
  patient: (options) => patientPruner(medianPruner(), options),
  threshold: thresholdPruner,
  successiveHalving: successiveHalvingPruner,
  hyperband: hyperbandPruner,
};

function endOf(
  pruner: Pruner,
  trials: readonly FrozenTrial[],
  direction: Direction,
  reports: FrozenTrial["intermediate"],
) {
  for (let count = 1; count <= reports.length; count++) {
    const now = trial(trials.length, "running", reports.slice(0, count));
    if (pruner.prune({ trial: now, trials, direction })) return (reports[count - 1] as readonly [number, number])[0];
  }
  return null;
}

function replay({ pruner: name, options, direction, curves }: Vector): readonly (number | null)[] {
  const pruner = (PRUNERS[name] as (options: Options) => Pruner)(options);
  const trials: FrozenTrial[] = [];
  return curves.map(([stride, values], number) => {
    const reports = values.map((value, index) => [stride * index, value ?? Number.NaN] as const);
    const end = endOf(pruner, trials, direction, reports);
    const state = end !== null ? "pruned" : number % 11 === 3 ? "failed" : "complete";
    trials.push(trial(number, state, end === null ? reports : reports.filter(([step]) => step <= end)));
    return end;
  });
}

describe("prunes as Optuna does", () => {
  it.each(VECTORS.map((vector) => [vector.pruner, JSON.stringify(vector.options), vector.direction, vector] as const))(
    "%s %s, %s",
    (_name, _options, _direction, vector) => {
      expect(replay(vector)).toEqual(vector.ends);
    },
  );
});
