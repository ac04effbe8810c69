import type { Model } from "../graph.js";
import { edited } from "./edit.js";
import { fixedReason } from "./trainable.js";
import { constantOf, type HeldUses, usesIn } from "./uses.js";

/**
 * The same model with its weights where training looks for them: float tensors of Constant nodes become initializers (also
 * rates of Dropout), and initializers are no longer inputs as well (as IR 3 had them). Names stay, so that what trained goes back into the
 * model as it was: `withWeights(original, trained)`.
 * @throws OnnxError ONNX_INVALID where the model breaks a rule
 */
export function liftWeights(model: Model): Model {
  const { graph } = model;
  const lifted = usesIn(graph).filter((held) => held.holder === "constant" && (isWeight(held) || isRate(held)));
  const values = new Set(lifted.map(({ value }) => value));
  return edited(model, {
    ...graph,
    inputs: graph.inputs.filter((value) => !graph.initializers.has(value)),
    initializers: new Map([...graph.initializers, ...lifted.map(({ value, tensor }) => [value, tensor] as const)]),
    nodes: graph.nodes.filter((node) => {
      const constant = constantOf(node);
      return constant === null || !values.has(constant.value);
    }),
  });
}

function isWeight(held: HeldUses): boolean {
  return held.tensor.dims.length > 0 && fixedReason(held) === null;
}

function isRate({ uses, tensor }: HeldUses): boolean {
  return tensor.element === "float" && uses.some(({ node, input }) => node?.opType === "Dropout" && input === 1);
}
