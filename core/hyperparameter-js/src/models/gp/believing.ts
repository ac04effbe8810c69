import type { Process } from "./posterior.js";

/** A process with what is believed of points that have no value yet, and the values that were believed. */
export interface Belief {
  readonly process: Process;
  readonly values: readonly number[];
}

/**
 * The process as if each point had come out as expected (Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to
 * parallelize optimization", 2010, §4): the variance near them goes, and what lies elsewhere gains.
 */
export function believing(fitted: Process, points: readonly Float64Array[]): Belief {
  let process = fitted;
  const values: number[] = [];
  for (const x of points) {
    const { mean } = process.predict(x);
    values.push(mean);
    process = process.with(x, mean);
  }
  return { process, values };
}
