/** A model with fewer rounds of boosting than it was given: what staged prediction is, in the file itself. */
import { type Attribute, decodeModel, encodeModel, type Node, tensor } from "onnx-train";
import { SousError } from "../errors.js";

/**
 * The model with the first so many rounds of each boosting in it: of each fold's, of each member's of an ensemble, and where
 * one goes on from another of both. Trees that are averaged stay.
 * @param rounds 1 or more
 * @throws SousError MODEL_NO_ROUNDS where nothing in it was boosted
 */
export function firstRounds(bytes: Uint8Array, rounds: number): Uint8Array {
  const model = decodeModel(bytes);
  const nodes = model.graph.nodes.map((node) => (isBoosted(node) ? shortened(node, rounds) : node));
  if (!model.graph.nodes.some(isBoosted)) throw new SousError("MODEL_NO_ROUNDS");
  return encodeModel({ ...model, graph: { ...model.graph, nodes } });
}

/** Boosted trees say that they are summed, which is the default; those of a forest, whose rate is its mean, don't. */
function isBoosted({ opType, attributes }: Node): boolean {
  return opType === "TreeEnsembleRegressor" && attributes.aggregate_function?.kind === "string";
}

/** The numbers of trees, by what an attribute's name begins with. */
const TREES = { nodes_: "nodes_treeids", target_: "target_treeids" } as const;

function shortened(node: Node, rounds: number): Node {
  const { n_targets: targets } = node.attributes;
  // a tree for each output, round by round
  const most = BigInt(rounds) * (targets?.kind === "int" ? targets.value : 1n);
  const keeps = (prefix: keyof typeof TREES) => {
    const trees = node.attributes[TREES[prefix]];
    return trees?.kind === "ints" ? trees.value.map((tree) => tree < most) : [];
  };
  const kept = { nodes_: keeps("nodes_"), target_: keeps("target_") };
  const attributes = Object.entries(node.attributes).map(([name, attribute]) => {
    const prefix = (["nodes_", "target_"] as const).find((one) => name.startsWith(one));
    return [name, prefix === undefined ? attribute : filtered(attribute, kept[prefix])] as const;
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}

function filtered(attribute: Attribute, keep: readonly boolean[]): Attribute {
  const some = <T>(values: readonly T[]) => values.filter((_, at) => keep[at]);
  switch (attribute.kind) {
    case "ints":
      return { ...attribute, value: some(attribute.value) };
    case "strings":
      return { ...attribute, value: some(attribute.value) };
    case "tensor": {
      const values = some(Array.from(attribute.value.data as Float64Array));
      return { ...attribute, value: tensor("double", [values.length], values) };
    }
    default:
      return attribute;
  }
}
