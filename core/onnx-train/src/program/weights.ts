import { OnnxError } from "../errors.js";
import type { Model } from "../graph.js";
import { elementCount, type Tensor } from "../tensor.js";

/**
 * The same model with other weights.
 * @param weights by name of the initializer
 * @throws OnnxError ONNX_INVALID where the model has no such initializer, or one of another shape
 */
export function withWeights(model: Model, weights: ReadonlyMap<string, Tensor>): Model {
  const rest = new Map(weights);
  const initializers = [...model.graph.initializers].map(([value, old]) => {
    const data = rest.get(value.name) ?? old;
    rest.delete(value.name);
    if (data.element === old.element && String(data.dims) === String(old.dims)) return [value, data] as const;
    throw new OnnxError("ONNX_INVALID", `${value.name} is ${shown(old)}, not ${shown(data)}`);
  });
  for (const name of rest.keys())
    throw new OnnxError("ONNX_INVALID", `the model has no initializer ${JSON.stringify(name)}`);
  return { ...model, graph: { ...model.graph, initializers: new Map(initializers) } };
}

function shown({ element, dims }: Tensor): string {
  return `${element} [${dims.join(", ")}] of ${elementCount(dims)}`;
}
