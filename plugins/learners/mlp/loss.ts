/** What nets minimise. */
import { crossEntropy, type Loss, type LossContext, squaredError } from "onnx-train";
import type { TaskSpec } from "../../../core/plugin/index.js";
import { type NetShape, SCORES } from "./net.js";

export interface LossOptions {
  readonly spec: TaskSpec;
  /** Members within the net. */
  readonly shared: NetShape["shared"];
  /** The share of a class's answer that is spread over all classes. */
  readonly smoothing: number;
  /** Whether rows have weights, which are called "weight" among the data. */
  readonly isWeighted: boolean;
}

const TARGET = "target";

/** The mean over rows, and over the members within the net: each is taught by itself. */
export function lossOf({ spec, shared, smoothing, isWeighted }: LossOptions): Loss {
  const counted = isWeighted ? { weights: "weight" } : {};
  const ofTargets = (shape: readonly number[]) =>
    spec.task === "regression"
      ? squaredError({ output: SCORES, shape, ...counted })
      : crossEntropy({ logits: SCORES, shape, ...counted, ...(smoothing === 0 ? {} : { smoothing }) });
  if (shared === null) return ofTargets([]);
  const build = (context: LossContext) => ofTargets([shared]).build(repeating(context, shared));
  return { data: ofTargets([]).data, build };
}

/** A target for each member, where the data have one for each row. */
function repeating({ g, output, data }: LossContext, shared: number): LossContext {
  const spread = (name: string) => g.expand(g.unsqueeze(data(name), [1]), [1, shared]);
  return { g, output, data: (name) => (name === TARGET ? spread(name) : data(name)) };
}
