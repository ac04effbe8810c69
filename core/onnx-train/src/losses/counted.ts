/** What counts in a loss, and how much: row weights, masks, and means over what counts. */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import { checkKnown } from "../given.js";
import type { Dimension, Value } from "../graph.js";
import type { LossContext, LossData } from "./loss.js";

export interface CountedOptions {
  /** What the targets are called among the data; default "target". */
  readonly target?: string;
  /** The shape of one row's targets; default none, which is one target per row. */
  readonly shape?: readonly Dimension[];
  /** What the weights of rows (float, one each) are called among the data; without them all rows count the same. */
  readonly weights?: string;
  /** What tells the targets that count (bool, of `shape`) is called among the data; without it all do. */
  readonly mask?: string;
}

export const COUNTED = ["target", "shape", "weights", "mask"] as const;

/** @throws OnnxError ONNX_OPTION for a name that is neither one of these nor of the loss's own */
export function checkLoss(name: string, options: object, own: readonly string[]): void {
  checkKnown(name, options, [...own, ...COUNTED]);
}

/** The data that a loss with these options reads beside its targets. */
export function countedData({ shape = [], weights, mask }: CountedOptions): Readonly<Record<string, LossData>> {
  return {
    ...(weights === undefined ? {} : { [weights]: { element: "float", shape: [] } }),
    ...(mask === undefined ? {} : { [mask]: { element: "bool", shape } }),
  };
}

/** An output in the shape of the targets, which it may lack or exceed by axes of 1, such as the last of [rows, 1]. */
export function outputLike(context: LossContext, name: string, shape: readonly Dimension[]): Value {
  const output = context.output(name);
  const own = output.type?.shape;
  if (own && own.length !== shape.length + 1 && shape.every((size) => typeof size === "number"))
    return context.g.reshape(output, [-1, ...(shape as readonly number[])]);
  const differs = own?.slice(1).some((size, at) => isNumber(size) && isNumber(shape[at]) && size !== shape[at]);
  if (!own || own.length !== shape.length + 1 || differs) throw unlike(name, own, shape);
  return output;
}

function isNumber(size: Dimension | undefined): boolean {
  return typeof size === "number";
}

function unlike(name: string, own: readonly Dimension[] | null | undefined, shape: readonly Dimension[]): OnnxError {
  const found = own ? `[${own.join(", ")}]` : "of unknown rank";
  const wanted = `[rows${shape.map((size) => `, ${size}`).join("")}]`;
  return new OnnxError("ONNX_INVALID", `output ${JSON.stringify(name)} is ${found}, but its targets are ${wanted}`);
}

/** Targets of floats, 0 where they don't count: what stands there may be NaN, of which 0 times is NaN. */
export function cleanTarget({ g, data }: LossContext, { target = "target", mask }: CountedOptions, axes = 0): Value {
  if (mask === undefined) return data(target);
  const counts = axes === 0 ? data(mask) : g.unsqueeze(data(mask), [-1]);
  return g.where(counts, data(target), g.float(0));
}

/** Below this a sum of weights is none; weights that add up to it can't be told from 0. */
const NONE = 1e-30;

export interface MoreWeights {
  /** Of the shape of the loss: what else counts. */
  readonly counts?: Value;
  /** Of the shape of the loss: weights that it holds already, so that they only belong into the divisor. */
  readonly held?: Value;
}

/** The mean of a loss [rows, …shape] over what counts, by weight: Σ w l / Σ w, and 0 where nothing counts. */
export function countedMean(
  context: LossContext,
  each: Value,
  options: CountedOptions,
  { counts, held }: MoreWeights = {},
): Value {
  const { g } = context;
  const inner = (options.shape ?? []).map((_, at) => at + 1);
  const whole = [counts, held].some((more) => more !== undefined) || options.mask !== undefined;
  const own = product(g, [...weightsOf(context, options, whole ? inner : []), counts]);
  const all = product(g, [own, held]);
  if (all === undefined) return g.reduceMean(each);
  // Row weights alone are the same for all of a row: their product with its mean is enough.
  const loss = whole || inner.length === 0 ? each : g.reduceMean(each, inner);
  const sum = g.reduceSum(own === undefined ? loss : g.mul(loss, own));
  return g.div(sum, g.op("Max", [g.reduceSum(all), g.float(NONE)]));
}

function weightsOf({ g, data }: LossContext, { weights, mask }: CountedOptions, inner: readonly number[]): Value[] {
  const rows = weights === undefined ? [] : [inner.length > 0 ? g.unsqueeze(data(weights), inner) : data(weights)];
  return [...rows, ...(mask === undefined ? [] : [g.cast(data(mask), "float")])];
}

function product(g: GraphBuilder, values: readonly (Value | undefined)[]): Value | undefined {
  return values.reduce((found, one) => (found && one ? g.mul(found, one) : (found ?? one)), undefined);
}
