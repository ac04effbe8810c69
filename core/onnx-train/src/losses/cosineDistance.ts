import type { GraphBuilder } from "../builder/builder.js";
import { checkNumber, type Range } from "../given.js";
import type { Dimension, Value } from "../graph.js";
import { type CountedOptions, checkLoss, cleanTarget, countedData, countedMean } from "./counted.js";
import type { Loss } from "./loss.js";

export interface CosineOptions extends CountedOptions {
  /** The model's output of [rows, …shape, width]. Targets (float) are vectors of the same shape. */
  readonly output: string;
  /** How long vectors are: the last axis of output and targets. */
  readonly width: Dimension;
  /**
   * What tells vectors that belong together (bool, of `shape`) from those that don't is called among the data; without it all
   * do.
   */
  readonly alike?: string;
  /** Up to which cosine vectors that don't belong together are fine; default 0. */
  readonly margin?: number;
}

/** What keeps a vector of zeros from dividing by 0. */
const LEAST_SQUARE = 1e-12;

const MARGIN: Range = { expected: "a number from -1 to 1", fits: (value) => value >= -1 && value <= 1 };

/** The cosine of the angle between vectors on the last axis. */
function cosineOf(g: GraphBuilder, a: Value, b: Value): Value {
  const length = (value: Value) => g.sqrt(g.add(g.reduceSum(g.mul(value, value), [-1]), g.float(LEAST_SQUARE)));
  return g.div(g.reduceSum(g.mul(a, b), [-1]), g.mul(length(a), length(b)));
}

/**
 * The mean of 1 - cos of what belongs together, and of max(0, cos - margin) of what doesn't: Hadsell, Chopra, LeCun 2006,
 * https://doi.org/10.1109/CVPR.2006.100, with the cosine for the distance.
 * @throws OnnxError ONNX_OPTION
 */
export function cosineDistance({ width, ...options }: CosineOptions): Loss {
  checkLoss("cosineDistance", options, ["output", "alike", "margin"]);
  const { output, target = "target", shape = [], alike, margin = 0 } = options;
  checkNumber("cosineDistance.margin", margin, MARGIN);
  return {
    data: {
      [target]: { element: "float", shape: [...shape, width] },
      ...(alike === undefined ? {} : { [alike]: { element: "bool", shape } }),
      ...countedData(options),
    },
    build: (context) => {
      const { g, data } = context;
      const cos = cosineOf(g, context.output(output), cleanTarget(context, options, 1));
      const apart = g.sub(g.float(1), cos);
      if (alike === undefined) return countedMean(context, apart, options);
      const near = g.relu(margin === 0 ? cos : g.sub(cos, g.float(margin)));
      return countedMean(context, g.where(data(alike), apart, near), options);
    },
  };
}
