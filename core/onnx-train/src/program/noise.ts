/**
 * Random numbers for dropout. A generator inside of onnxruntime would go on from where the last call left it: no run could
 * be cut into chunks. One table of random numbers serves all steps instead, and every dropout of every step reads it from a
 * place that follows from seed and step.
 */
import { randomNumbers } from "../random.js";
import type { Tensor } from "../tensor.js";

/** Four times what one step reads, and at least 4 MB: two of 1,000 steps start at the same place once in 2,000 runs. */
const SMALLEST = 2 ** 20;

/** The smallest table, which serves nearly every program of a process. */
let smallest: Tensor | null = null;

/** @param most the largest count of numbers that one dropout needs at a step */
export function noiseTable(most: number): Tensor {
  const length = Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(4 * most)));
  if (length > SMALLEST) return drawn(length);
  smallest ??= drawn(SMALLEST);
  return smallest;
}

function drawn(length: number): Tensor {
  const random = randomNumbers(0, "noise");
  const data = new Float32Array(length);
  // 24 bits, which float32 holds: rounding would make a 1 of what is just below.
  for (let at = 0; at < length; at++) data[at] = ((random() * 2 ** 24) | 0) / 2 ** 24;
  return { element: "float", dims: [length], data };
}

export interface NoisePlaces {
  /** One for each model. */
  readonly seeds: readonly number[];
  readonly models: number | null;
  /** Steps done before. */
  readonly done: number;
  readonly steps: number;
  /** How many numbers each dropout reads. */
  readonly counts: readonly number[];
  readonly length: number;
}

/** Where each dropout starts to read: int64 [steps, dropouts], or [steps, models, dropouts]. */
export function noisePlaces({ seeds, models, done, steps, counts, length }: NoisePlaces): Tensor {
  const places = Array.from({ length: steps }, (_, index) =>
    seeds.map((seed) => {
      const random = randomNumbers(seed, `dropout ${done + index + 1}`);
      return counts.map((count) => BigInt(Math.floor(random() * (length - count))));
    }),
  );
  const dims = [steps, ...(models === null ? [] : [models]), counts.length];
  return { element: "int64", dims, data: BigInt64Array.from(places.flat(2)) };
}
