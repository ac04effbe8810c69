/** Random numbers that depend on nothing but a seed and a name. */
import { createHash } from "node:crypto";

/** Uniform numbers in [0, 1). */
export type RandomNumbers = () => number;

/**
 * The generator sfc32 (Doty-Humphrey, PractRand), seeded by SHA-256, so that each tensor has a stream of its own and
 * adding one layer leaves the weights of the others as they were.
 */
export function randomNumbers(seed: number, name: string): RandomNumbers {
  const digest = createHash("sha256").update(`${seed}\0${name}`).digest();
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at)) as [number, number, number, number];
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
