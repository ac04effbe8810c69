/** Losses of numbers: by how much an output misses its target. */
import type { GraphBuilder } from "../builder/builder.js";
import { checkNumber, RANGES, refuse } from "../given.js";
import type { Value } from "../graph.js";
import { type CountedOptions, checkLoss, cleanTarget, countedData, countedMean, outputLike } from "./counted.js";
import type { Loss } from "./loss.js";

export interface RegressionOptions extends CountedOptions {
  /** The model's output of [rows, …shape], with targets (float) of the same; one of [rows, 1] also goes with single targets. */
  readonly output: string;
}

/** A loss of each output by its distance from the target. */
function ofError(options: RegressionOptions, each: (g: GraphBuilder, error: Value) => Value): Loss {
  const { output, target = "target", shape = [] } = options;
  return {
    data: { [target]: { element: "float", shape }, ...countedData(options) },
    build: (context) => {
      const error = context.g.sub(outputLike(context, output, shape), cleanTarget(context, options));
      return countedMean(context, each(context.g, error), options);
    },
  };
}

/**
 * The mean of squared errors.
 * @throws OnnxError ONNX_OPTION
 */
export function squaredError(options: RegressionOptions): Loss {
  checkLoss("squaredError", options, ["output"]);
  return ofError(options, (g, error) => g.mul(error, error));
}

/**
 * The mean of absolute errors.
 * @throws OnnxError ONNX_OPTION
 */
export function absoluteError(options: RegressionOptions): Loss {
  checkLoss("absoluteError", options, ["output"]);
  return ofError(options, (g, error) => g.abs(error));
}

export interface HuberOptions extends RegressionOptions {
  /** From which error on the loss is a line; default 1. */
  readonly delta?: number;
}

/**
 * Half of the square of errors up to delta, then delta times what is above half of it: Huber 1964,
 * https://doi.org/10.1214/aoms/1177703732. With c the error kept within ±delta both are c (error - c / 2).
 * @throws OnnxError ONNX_OPTION
 */
export function huber({ delta = 1, ...options }: HuberOptions): Loss {
  checkLoss("huber", options, ["output"]);
  checkNumber("huber.delta", delta, RANGES.positive);
  return ofError(options, (g, error) => {
    const near = g.op("Clip", [error, g.float(-delta), g.float(delta)]);
    return g.mul(near, g.sub(error, g.mul(near, g.float(0.5))));
  });
}

export interface QuantileOptions extends RegressionOptions {
  /** Between 0 and 1: one, or several of which the outputs are the last axis, [rows, …shape, quantiles]. */
  readonly quantiles: number | readonly number[];
}

/**
 * The mean of the pinball loss, q (t - y) where the target is above and (1 - q) (y - t) where it is below: Koenker and
 * Bassett 1978, https://doi.org/10.2307/1913643. With the error e = y - t that is relu(e) - q e.
 * @throws OnnxError ONNX_OPTION
 */
export function quantile({ quantiles, ...options }: QuantileOptions): Loss {
  checkLoss("quantile", options, ["output"]);
  const all = typeof quantiles === "number" ? [quantiles] : quantiles;
  if (!Array.isArray(all) || all.length === 0) refuse("quantile.quantiles", "a number or several", quantiles);
  for (const [at, one] of all.entries()) checkNumber(`quantile.quantiles[${at}]`, one, RANGES.chance);
  const pinball = (g: GraphBuilder, error: Value) =>
    g.sub(g.relu(error), g.mul(error, all.length === 1 ? g.float(all[0] as number) : g.vector("float", all)));
  if (typeof quantiles === "number") return ofError(options, pinball);
  const { output, target = "target", shape = [] } = options;
  return {
    data: { [target]: { element: "float", shape }, ...countedData(options) },
    build: (context) => {
      const { g } = context;
      const truth = g.unsqueeze(cleanTarget(context, options), [-1]);
      const error = g.sub(outputLike(context, output, [...shape, all.length]), truth);
      return countedMean(context, g.reduceMean(pinball(g, error), [-1]), options);
    },
  };
}

/**
 * The mean of exp(y) - t y, which is -log of the chance of the count t by a Poisson distribution of mean exp(y), but for what
 * doesn't depend on y.
 * @throws OnnxError ONNX_OPTION
 */
export function poisson(options: RegressionOptions): Loss {
  checkLoss("poisson", options, ["output"]);
  const { output, target = "target", shape = [] } = options;
  return {
    data: { [target]: { element: "float", shape }, ...countedData(options) },
    build: (context) => {
      const { g } = context;
      const log = outputLike(context, output, shape);
      return countedMean(context, g.sub(g.exp(log), g.mul(log, cleanTarget(context, options))), options);
    },
  };
}
