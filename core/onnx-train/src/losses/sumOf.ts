import { checkNumber, RANGES, refuse } from "../given.js";
import type { Value } from "../graph.js";
import type { Loss, LossData } from "./loss.js";

export interface WeightedLoss {
  readonly loss: Loss;
  /** Default 1. */
  readonly weight?: number;
}

/**
 * The sum of losses times their weights, for models of several heads. Losses may share data under one name.
 * @throws OnnxError ONNX_OPTION, also for one name of data of different kinds
 */
export function sumOf(parts: readonly WeightedLoss[]): Loss {
  if (parts.length === 0) refuse("sumOf", "at least one loss", parts);
  for (const [at, { weight = 1 }] of parts.entries()) checkNumber(`sumOf[${at}].weight`, weight, RANGES.number);
  return {
    data: joined(parts),
    build: (context) => {
      const { g } = context;
      const terms = parts.map(({ loss, weight = 1 }) => {
        const value = loss.build(context);
        return weight === 1 ? value : g.mul(value, g.float(weight));
      });
      return terms.reduce((sum: Value, term) => g.add(sum, term));
    },
  };
}

function joined(parts: readonly WeightedLoss[]): Loss["data"] {
  const all: Record<string, LossData> = {};
  for (const [name, type] of parts.flatMap(({ loss }) => Object.entries(loss.data))) {
    const known = all[name] ?? type;
    if (kindOf(known) !== kindOf(type)) refuse(`sumOf, data ${JSON.stringify(name)}`, kindOf(known), kindOf(type));
    all[name] = known;
  }
  return all;
}

function kindOf({ element, shape }: LossData): string {
  return `${element} of [${["rows", ...shape].join(", ")}]`;
}
