import {
  bootstrap,
  durationSchema,
  type Evidence,
  type Gate,
  lowerBound,
  type OpenContender,
  type Outcome,
  seconds,
  unitsOf,
  upperBound,
  type Verdict,
} from "../../core/plugin/index.js";
import { numberOr } from "./reference.js";
import { type Bounds, LEAST_RUNS, quantileBounds, quantileOf, race, type Times } from "./rounds.js";
import { unsure, worstOf } from "./verdict.js";
import { counted, figure, finite } from "./words.js";

const DEFAULT_PERCENTILE = 99;
const DEFAULT_WALL = 10;

/**
 * One row is answered in time: a percentile of single-row runs, and its ratio to the champion's, each with a 95 %
 * interval. Both models run in turn in one process, so that in the ratio other work on the machine cancels. What is
 * measured is another each time: of the built-in gates only this one, and `size` with `load`, are not deterministic.
 */
export const latency: Gate = {
  name: "latency",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["max"],
    properties: {
      percentile: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 99.5,
        default: DEFAULT_PERCENTILE,
        description: "Which percentile of the times is judged; up to 99.5, since 1,000 runs tell no more.",
      },
      max: {
        ...durationSchema("a duration such as 2ms", { exclusiveMinimum: 0 }),
        description: "Longest time of the percentile.",
      },
      ratio: {
        type: "number",
        exclusiveMinimum: 0,
        description: "Largest ratio of the percentile to the champion's. Holds from the second version on.",
      },
      wall: {
        ...durationSchema("a duration such as 10s", { exclusiveMinimum: 0 }),
        default: "10s",
        description: "Time that all runs may take.",
      },
    },
  },
  async judge(evidence, options) {
    if (evidence.truth.length === 0) return unsure("There are no rows to run.");
    const share = numberOr(options.percentile, DEFAULT_PERCENTILE) / 100;
    const limits = {
      percentile: 100 * share,
      max: 1000 * seconds(options.max as string | number),
      ratio: typeof options.ratio === "number" ? options.ratio : null,
    };
    const times = await timesOf(evidence, 1000 * seconds((options.wall ?? DEFAULT_WALL) as string | number));
    if (times.candidate.length === 0) return unsure("The models are too slow for the time that runs may take.", limits);
    return judgeTimes(times, limits, evidence.seed);
  },
};

async function timesOf({ candidate, champion, truth, seed }: Evidence, budget: number): Promise<Times> {
  const open: OpenContender[] = [];
  try {
    for (const contender of champion === null ? [candidate] : [candidate, champion]) open.push(await contender.open());
    const [own, other = null] = open as [OpenContender, OpenContender?];
    return await race({ candidate: own, champion: other, rows: truth.length, seed, budget });
  } finally {
    for (const model of open) await model.release();
  }
}

interface Limits {
  readonly percentile: number;
  /** Milliseconds. */
  readonly max: number;
  readonly ratio: number | null;
}

interface Check extends Bounds {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly limit: number;
}

function judgeTimes(times: Times, limits: Limits, seed: number): Verdict {
  const share = limits.percentile / 100;
  const value = quantileOf(times.candidate, share);
  const checks: Check[] = [
    {
      what: `percentile ${limits.percentile} is`,
      unit: " ms",
      value,
      ...quantileBounds(times.candidate, share),
      limit: limits.max,
    },
  ];
  const ratio = limits.ratio === null ? null : ratioOf(times, share, seed);
  if (limits.ratio !== null && ratio !== null)
    checks.push({ what: "its ratio to the champion's is", unit: "", ...ratio, limit: limits.ratio });
  const runs = times.candidate.length;
  const outcomes = checks.map((check) => outcomeOf(check, runs));
  const outcome = worstOf(outcomes);
  const said = checks.filter((_, index) => outcomes[index] === outcome).map(sentence);
  const short = runs < LEAST_RUNS ? `, of ${counted(LEAST_RUNS)} that there was no time for` : "";
  const figures = finite({
    ...limits,
    runs,
    ms: value,
    low: checks[0]?.low ?? null,
    high: checks[0]?.high ?? null,
    champion_ms: times.champion.length > 0 ? quantileOf(times.champion, share) : null,
    ...(ratio && { ratio_to_champion: ratio.value, ratio_low: ratio.low, ratio_high: ratio.high }),
  });
  return { outcome, reason: `Of ${counted(runs)} single-row runs here and now${short}, ${said.join("; ")}.`, figures };
}

/** Too few runs may show that a model is slow, never that it is quick. */
function outcomeOf({ low, high, limit }: Check, runs: number): Outcome {
  if (low > limit) return "FAIL";
  return high <= limit && runs >= LEAST_RUNS ? "PASS" : "INCONCLUSIVE";
}

function sentence({ what, unit, value, low, high, limit }: Check): string {
  const most = Number.isFinite(high) ? `${figure(low)} to ${figure(high)}` : `${figure(low)} and more`;
  return `${what} ${figure(value)}${unit} (${most}) where ${figure(limit)}${unit} is allowed`;
}

/** Whole rounds are resampled: both models had the same row, and nearly the same moment. */
function ratioOf(
  { candidate, champion }: Times,
  share: number,
  seed: number,
): (Bounds & { readonly value: number }) | null {
  if (champion.length === 0) return null;
  const quantiles = [candidate, champion].map((times) => quantileOfRounds(times, share)) as [Quantile, Quantile];
  const counts = new Int32Array(candidate.length / 2);
  const ratio = (rounds: Int32Array) => {
    counts.fill(0);
    for (const round of rounds) counts[round] = (counts[round] as number) + 1;
    return quantiles[0](counts) / quantiles[1](counts);
  };
  const value = ratio(counts.map((_, round) => round));
  const drawn = bootstrap(unitsOf(new Float64Array(counts.length), 0, { group: null }), seed, ratio);
  return drawn && { value, low: lowerBound(drawn, value, 0.025), high: upperBound(drawn, value, 0.025) };
}

/** A quantile of the runs of rounds that are drawn so many times each. */
type Quantile = (counts: Int32Array) => number;

/** High ones are a few steps from the slowest run, where sorting each of 2,000 draws takes a second. */
function quantileOfRounds(times: Float64Array, share: number): Quantile {
  const slowestFirst = [...times.keys()].sort((a, b) => (times[b] as number) - (times[a] as number));
  const above = times.length - Math.ceil(share * times.length - 1e-9);
  return (counts) => {
    let left = above;
    for (const run of slowestFirst) {
      left -= counts[run >> 1] as number;
      if (left < 0) return times[run] as number;
    }
    return Number.NaN;
  };
}
