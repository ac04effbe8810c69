import {
  type Contender,
  durationSchema,
  type Evidence,
  type Gate,
  type Outcome,
  bytes as readSize,
  seconds,
  sizeSchema,
  type Verdict,
} from "../../core/plugin/index.js";
import { unsure, worstOf } from "./verdict.js";
import { counted, figure } from "./words.js";

/** Loads that are timed: all are on one side of the median with a chance of 2 · 2^-6, 3 %. */
const LOADS = 6;

/**
 * The file is small, quick to load, and light: a bound in bytes, one by the champion's size, one for the median time of
 * loading it into a session of its own, and one for the memory that it takes in a process of its own. Time and memory are
 * other ones each time.
 */
export const size: Gate = {
  name: "size",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["max"],
    properties: {
      max: {
        ...sizeSchema("a size such as 20MiB", { exclusiveMinimum: 0 }),
        description: "Largest size of the ONNX file.",
      },
      ratio: {
        type: "number",
        exclusiveMinimum: 0,
        description: "Largest size by the champion's; 1: no larger. Holds from the second version on.",
      },
      load: {
        ...durationSchema("a duration such as 200ms", { exclusiveMinimum: 0 }),
        description: "Longest median time of loading, where onnxruntime is loaded already.",
      },
      memory: {
        ...sizeSchema("a size such as 200MiB", { exclusiveMinimum: 0 }),
        description: "Most memory that loading it and running one row may take, beside what onnxruntime does.",
      },
    },
  },
  async judge(evidence, { max, ratio, load, memory }) {
    const { candidate, champion } = evidence;
    if (candidate.bytes === 0) return unsure("There is no file.");
    const checks = [sizeCheck(candidate, readSize(max as string | number))];
    if (typeof ratio === "number" && champion !== null) checks.push(ratioCheck(candidate, champion, ratio));
    if (load !== undefined && evidence.truth.length > 0)
      checks.push(await loadCheck(evidence, 1000 * seconds(load as string | number)));
    if (memory !== undefined) checks.push(await memoryCheck(evidence, readSize(memory as string | number)));
    return combined(checks);
  },
};

interface Check {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly figures: Verdict["figures"];
}

function sizeCheck({ bytes }: Contender, max: number): Check {
  const outcome = bytes <= max ? "PASS" : "FAIL";
  return {
    outcome,
    reason: `the file has ${counted(bytes)} bytes of ${counted(max)} allowed`,
    figures: { bytes, max },
  };
}

function ratioCheck({ bytes }: Contender, champion: Contender, limit: number): Check {
  const ratio = bytes / champion.bytes;
  return {
    outcome: ratio <= limit ? "PASS" : "FAIL",
    reason: `it is ${figure(ratio)} times as large as the champion's where ${figure(limit)} is allowed`,
    figures: { ratio, max_ratio: limit },
  };
}

async function loadCheck({ candidate }: Evidence, limit: number): Promise<Check> {
  const times: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const open = await candidate.open();
    times.push(open.loadMs);
    await open.release();
  }
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return {
    outcome: most <= limit ? "PASS" : least > limit ? "FAIL" : "INCONCLUSIVE",
    reason: `it loads in ${figure(least)} to ${figure(most)} ms (${LOADS} times, here and now) where ${figure(limit)} ms are allowed`,
    figures: { load_ms: [least, most], max_load_ms: limit },
  };
}

async function memoryCheck({ candidate }: Evidence, limit: number): Promise<Check> {
  const memory = await candidate.weigh();
  return {
    outcome: memory <= limit ? "PASS" : "FAIL",
    reason: `it takes ${counted(memory)} bytes of memory in a process of its own (once, here and now) where ${counted(limit)} are allowed`,
    figures: { memory, max_memory: limit },
  };
}

function combined(checks: readonly Check[]): Verdict {
  const outcome = worstOf(checks.map((one) => one.outcome));
  const telling = checks.filter((check) => check.outcome === outcome).map(({ reason }) => reason);
  const figures = Object.assign({}, ...checks.map((check) => check.figures));
  const reason = telling.join("; ");
  return { outcome, reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`, figures };
}
