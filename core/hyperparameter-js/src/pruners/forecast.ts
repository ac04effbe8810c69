import { checkCounts, checkOptions, checkRange, type OptionNames } from "../given.js";
import { foldTrials } from "../history/fold.js";
import type { FrozenTrial, Pruner } from "../types.js";
import { leastOf } from "./checkpoint.js";
import { RankedValues } from "./ranked.js";
import { type Sense, senseOf } from "./sense.js";

export interface ForecastOptions {
  /** Which share of the trials is good enough, in percent: 0 … 100. Default: 50. */
  readonly percentile?: number;
  /** Ended trials that have reported, needed before any is pruned: 1 or more. Default: 5. */
  readonly startup?: number;
}

const KNOWN: OptionNames<ForecastOptions> = { percentile: true, startup: true };

type Reports = FrozenTrial["intermediate"];

/** The least report of the trial's training, and of what came before it at step 0; NaN: none. */
interface Bests {
  readonly before: number;
  readonly training: number;
}

function bestsOf(reports: Reports, sign: number): Bests {
  const least = (some: Reports) => leastOf(some.map(([, value]) => sign * value));
  return {
    before: least(reports.filter(([step]) => step === 0)),
    training: least(reports.filter(([step]) => step > 0)),
  };
}

/** What all ended trials came to, whatever their end, ranked so that the percentile is at hand. */
function endsAt(percentile: number) {
  const ranked = () => new RankedValues((size) => Math.max(1, Math.ceil((size * percentile) / 100)));
  return foldTrials(
    ({ sign }: Sense) => ({ sign, before: ranked(), training: ranked() }),
    (ends, { intermediate, state }) => {
      if (state !== "complete" && state !== "pruned") return;
      const bests = bestsOf(intermediate, ends.sign);
      for (const part of ["before", "training"] as const) if (!Number.isNaN(bests[part])) ends[part].add(bests[part]);
    },
  );
}

/**
 * Where a falling curve is going, from its least values up to a quarter, a half and all of its steps: as a power law, each
 * doubling gains the same share of what the one before gained. Null where it does not slow down, or is too short to say.
 */
function forecast(reports: Reports, sign: number): number | null {
  const training = reports.filter(([step]) => step > 0);
  const last = training.reduce((most, [step]) => Math.max(most, step), 0);
  const upTo = (end: number) => leastOf(training.filter(([step]) => step <= end).map(([, value]) => sign * value));
  const [quarter, half, all] = [upTo(last / 4), upTo(last / 2), upTo(last)];
  const [before, now] = [quarter - half, half - all];
  if (Number.isNaN(before + now)) return null;
  if (now === 0) return all;
  return now < before ? all - (now * now) / (before - now) : null;
}

/**
 * Ends a trial whose curve, by where it is going, ends worse than the given percentile of what ended trials came to. Needs
 * no steps that trials have in common, so learners that count rounds and learners that count epochs are compared. The
 * forecast is that of a power law, one of the families that Domhan, Springenberg and Hutter (IJCAI 2015) found learning
 * curves to follow, and hopes for too much of those that level off faster. A report at step 0 is of something done before
 * the training, a fit of fewer rows say, and is compared with the others' there.
 */
export function forecastPruner(options: ForecastOptions = {}): Pruner {
  checkOptions("forecast", options, KNOWN);
  const { percentile = 50, startup = 5 } = options;
  checkCounts("forecast", { startup: [startup, 1] });
  checkRange("forecast.percentile", percentile, [0, 100]);
  const endsOf = endsAt(percentile);
  return {
    name: "forecast",
    prune({ trial, trials, direction }) {
      const { sign, before, training } = endsOf(trials, senseOf(direction));
      const { intermediate } = trial;
      const isAhead = intermediate.every(([step]) => step === 0);
      const others = isAhead ? before : training;
      const expected = isAhead ? bestsOf(intermediate, sign).before : forecast(intermediate, sign);
      if (expected === null || others.size < startup) return false;
      return expected > (others.atRank ?? Number.POSITIVE_INFINITY);
    },
  };
}
