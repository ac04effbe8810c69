/** How often the level is in the training rows: 0 where once or never, 1 where always, by the logarithm of its rows. */
import type { FittedPart, Training } from "../part.js";
import { fitDictionaries, ownCodes, REST } from "./dictionary.js";
import { lookUpPart } from "./lookup.js";

export function fitFrequency(training: Training, names: readonly string[]): FittedPart | null {
  const every = ownCodes({ minCount: 2, limit: Number.POSITIVE_INFINITY });
  const coded = fitDictionaries(training, names, every);
  const lookUps = coded.map(({ dictionary, codes }) => {
    const counts = new Float64Array(dictionary.size);
    for (const code of codes) counts[code] = (counts[code] as number) + 1;
    counts[REST] = 1;
    const numbers = Float32Array.from(counts, (count) => Math.log(count) / Math.log(codes.length));
    return { dictionary, numbers };
  });
  const telling = lookUps.filter(({ numbers }) => new Set(numbers).size > 1);
  return telling.length === 0 ? null : lookUpPart(telling, ["frequency"]);
}
