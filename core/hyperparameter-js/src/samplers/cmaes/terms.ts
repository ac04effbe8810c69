/** How a search begins: from the options, and from good points that are known before. */
import { type Choices, startChoices } from "../../models/cmaes/choices.js";
import type { Start } from "../../models/cmaes/gaussian.js";
import type { Restarts } from "../../models/cmaes/restart.js";
import { defaultPopulation } from "../../models/cmaes/strategy.js";
import { GOOD_SHARE, warmStart } from "../../models/cmaes/warm.js";
import type { EarlierStudy, FrozenTrial, Params, Space } from "../../types.js";
import { dimensionsOf, encodePlace, type Frame, frameOf, newPlace, type Place } from "./frame.js";
import { compareRanks, rankOf } from "./rank.js";
import type { Terms } from "./search.js";

export interface Settings {
  readonly sigma: number;
  readonly population: number | undefined;
  readonly separable: boolean | undefined;
  readonly restarts: Restarts;
  readonly start: Params;
  readonly after: number;
}

/** From so many coordinates on a full covariance costs more than it can learn in the trials that a study has. */
const SEPARABLE_FROM = 200;

/** Complete trials as places, the best share of them. */
function goodPlaces(frame: Frame, trials: readonly FrozenTrial[], sign: number): readonly Place[] {
  const ranked = trials
    .filter(({ state }) => state === "complete")
    .map((trial) => ({ trial, rank: rankOf(trial, sign) }))
    .sort((a, b) => compareRanks(a.rank, b.rank) || a.trial.number - b.trial.number);
  return ranked.slice(0, Math.ceil(GOOD_SHARE * ranked.length)).flatMap(({ trial }) => {
    const place = newPlace(frame);
    return encodePlace(frame, trial.params, place) ? [place] : [];
  });
}

function earlierPlaces(frame: Frame, { directions, trials }: EarlierStudy): readonly Place[] {
  const [direction] = directions;
  return directions.length === 1 ? goodPlaces(frame, trials, direction === "maximize" ? -1 : 1) : [];
}

function coldStart(frame: Frame, { sigma, start }: Settings): Start {
  const place = newPlace(frame);
  encodePlace(frame, start, place);
  return { mean: place.coordinates.map((x) => (Number.isNaN(x) ? 0.5 : x)), sigma };
}

/** Uniform, with one point's worth for each choice, and each good point counted. */
function choicesFrom(frame: Frame, good: readonly Place[]): Choices {
  const choices = startChoices(frame.choices.map(({ size }) => size));
  choices.forEach((probabilities, at) => {
    const picks = good.map((place) => place.picks[at] as number).filter((pick) => pick >= 0);
    probabilities.fill(1);
    for (const pick of picks) (probabilities[pick] as number)++;
    for (let pick = 0; pick < probabilities.length; pick++)
      (probabilities[pick] as number) /= probabilities.length + picks.length;
  });
  return choices;
}

export interface Known {
  readonly space: Space;
  readonly seed: number;
  readonly sign: number;
  readonly earlier: readonly EarlierStudy[];
}

/** `before`: the study's own trials that only give the start. */
export function termsOf(settings: Settings, known: Known, before: readonly FrozenTrial[]): Terms {
  const { space, seed, sign, earlier } = known;
  const { sigma, restarts, separable } = settings;
  const frame = frameOf(space);
  const good = [...earlier.flatMap((study) => earlierPlaces(frame, study)), ...goodPlaces(frame, before, sign)];
  const start = warmStart(
    good.map(({ coordinates }) => coordinates),
    coldStart(frame, settings),
  );
  return {
    frame,
    seed,
    sign,
    sigma,
    restarts,
    population: settings.population ?? defaultPopulation(frame.numbers.length + frame.choices.length),
    separable: separable ?? dimensionsOf(frame) >= SEPARABLE_FROM,
    start,
    startChoices: choicesFrom(frame, good),
  };
}
