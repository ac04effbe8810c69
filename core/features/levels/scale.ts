/** Where a level stands on its column's scale, standardised: Low, Medium, High as −1.2, 0, 1.2. The rest and missing are 0, the mean. */
import type { LevelColumn } from "../../plugin/table.js";
import { type FittedPart, levelsOf, type Training } from "../part.js";
import { momentsOf } from "../statistics.js";
import { type Coded, fitDictionaries, ownCodes, REST } from "./dictionary.js";
import { type LookUp, lookUpPart } from "./lookup.js";

export function fitScale(training: Training, names: readonly string[]): FittedPart | null {
  const { table, weight } = training.train;
  const every = ownCodes({ minCount: 2, limit: Number.POSITIVE_INFINITY });
  const lookUps = fitDictionaries(training, names, every).flatMap((coded): LookUp[] => {
    const places = placesOf(coded, levelsOf(table, coded.dictionary.column.name));
    const { mean, deviation } = momentsOf(
      Float64Array.from(coded.codes, (code) => places[code] as number),
      weight,
    );
    if (!(deviation > 0)) return [];
    const numbers = Float32Array.from(places, (place) => (Number.isNaN(place) ? 0 : (place - mean) / deviation));
    return [{ dictionary: coded.dictionary, numbers }];
  });
  return lookUps.length === 0 ? null : lookUpPart(lookUps, ["scale"]);
}

/** Of each code; NaN where it has none, which moments leave out. */
function placesOf({ dictionary: { keys, codes, size } }: Coded, { levels }: LevelColumn): Float64Array {
  const byLevel = new Map(levels.map((level, place) => [level, place]));
  const places = new Float64Array(size).fill(Number.NaN);
  keys.forEach((key, at) => {
    places[codes[at] as number] = key === "" ? Number.NaN : (byLevel.get(key) ?? Number.NaN);
  });
  places[REST] = Number.NaN;
  return places;
}
