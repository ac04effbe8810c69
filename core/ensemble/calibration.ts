/**
 * Maps from probabilities to probabilities that keep the order of rows, or nearly: in TypeScript, and as nodes at the end
 * of a graph. Fitted by temperature.ts, platt.ts and isotonic.ts.
 */

import { type GraphBuilder, tensor, type Value } from "onnx-train";
import type { Prediction, TaskSpec } from "../plugin/index.js";
import { LEAST_SHARE, logOf } from "../statistics/surprise.js";

/** p^(1/temperature), normalised; 1 changes nothing, more makes less sure. */
export interface Temperature {
  readonly kind: "temperature";
  readonly temperature: number;
}

/** Of two classes: the logarithm of the odds times `slope`, plus `intercept`. */
export interface Platt {
  readonly kind: "platt";
  readonly slope: number;
  readonly intercept: number;
}

/** Of two classes: linear between points (probability before, after), ascending in both; constant beyond the ends. */
export interface Isotonic {
  readonly kind: "isotonic";
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export type Calibration = Temperature | Platt | Isotonic;

/** @param prediction class probabilities, [rows × classes] */
export function calibrated(calibration: Calibration | null, { classes }: TaskSpec, prediction: Prediction): Prediction {
  if (calibration === null) return prediction;
  if (calibration.kind === "temperature") return cooled(prediction, classes.length, calibration.temperature);
  const mapped = new Float64Array(prediction.length);
  for (let at = 0; at < mapped.length; at += 2) {
    const [no, yes] = [prediction[at] as number, prediction[at + 1] as number];
    const share = calibration.kind === "platt" ? logistic(calibration, no, yes) : interpolated(calibration, yes);
    mapped[at] = 1 - share;
    mapped[at + 1] = share;
  }
  return mapped;
}

function cooled(prediction: Prediction, width: number, temperature: number): Prediction {
  const mapped = prediction.map((p) => logOf(p) / temperature);
  for (let from = 0; from < mapped.length; from += width) {
    const row = mapped.subarray(from, from + width);
    const most = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, z) => total + Math.exp(z - most), 0);
    row.set(row.map((z) => Math.exp(z - most) / sum));
  }
  return mapped;
}

function logistic({ slope, intercept }: Platt, no: number, yes: number): number {
  return 1 / (1 + Math.exp(-(slope * (logOf(yes) - logOf(no)) + intercept)));
}

/** As the graph has it: the first value, and of each step up the part that lies below. */
function interpolated({ before, after }: Isotonic, share: number): number {
  let sum = after[0] as number;
  for (let step = 1; step < before.length; step++) {
    const [from, to] = [before[step - 1] as number, before[step] as number];
    const part = Math.min(1, Math.max(0, (share - from) / (to - from)));
    sum += part * ((after[step] as number) - (after[step - 1] as number));
  }
  return sum;
}

/** The same of a value of double precision, [N, classes]. */
export function calibrationNodes(graph: GraphBuilder, calibration: Calibration, probabilities: Value): Value {
  if (calibration.kind === "temperature") {
    const cold = graph.div(logNodes(graph, probabilities), graph.scalar("double", calibration.temperature));
    return graph.softmax(cold, 1);
  }
  const share =
    calibration.kind === "platt"
      ? plattNodes(graph, calibration, probabilities)
      : isotonicNodes(graph, calibration, probabilities);
  return graph.concat([graph.sub(graph.scalar("double", 1), share), share], 1);
}

function logNodes(graph: GraphBuilder, probabilities: Value): Value {
  return graph.log(graph.op("Max", [probabilities, graph.scalar("double", LEAST_SHARE)]));
}

function plattNodes(graph: GraphBuilder, { slope, intercept }: Platt, probabilities: Value): Value {
  const logs = logNodes(graph, probabilities);
  const odds = graph.sub(graph.slice(logs, 1, 1, 2), graph.slice(logs, 1, 0, 1));
  const scaled = graph.mul(odds, graph.scalar("double", slope));
  return graph.sigmoid(graph.add(scaled, graph.scalar("double", intercept)));
}

function isotonicNodes(graph: GraphBuilder, { before, after }: Isotonic, probabilities: Value): Value {
  const steps = <T>(map: (at: number) => T) => Array.from({ length: before.length - 1 }, (_, at) => map(at));
  const widths = steps((at) => (before[at + 1] as number) - (before[at] as number));
  const rises = steps((at) => (after[at + 1] as number) - (after[at] as number));
  const from = graph.sub(graph.slice(probabilities, 1, 1, 2), graph.vector("double", before.slice(0, -1)));
  const parts = graph.div(from, graph.vector("double", widths));
  const clipped = graph.op("Clip", [parts, graph.scalar("double", 0), graph.scalar("double", 1)]);
  const sum = graph.matmul(clipped, graph.initializer(tensor("double", [rises.length, 1], rises)));
  return graph.add(sum, graph.scalar("double", after[0] as number));
}
