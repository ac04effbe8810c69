/**
 * Fitted trees as an ONNX graph: raw columns → numbers and memberships → TreeEnsembleRegressor → link. The ensemble's
 * input is double, so that thresholds are compared and leaves summed as the trainer's own predict does; a single-precision
 * number and a threshold of single precision lose nothing on the way.
 *
 * A categorical split asks whether a level is in a set. A chain of BRANCH_EQ nodes would need a node a level, and a
 * shared child, which onnxruntime refused until 1.20. So a level becomes a row of a table of 0 and 1 with a column for each
 * different set of its column's splits, looked up once a prediction; the split is then one node, "is it 1".
 */
import { GraphBuilder, type Model, OPSET, tensor, type Value } from "onnx-train";
import {
  type Column,
  commonOpsets,
  decodePart,
  finishModel,
  inlinePart,
  rawInputs,
} from "../../../core/plugin/index.js";
import { binsOf, type Feature, isLevels, type LevelFeature, type NumberFeature } from "./encoding.js";
import { LEAST, type Link, TINY } from "./losses.js";
import type { Making } from "./making.js";
import type { TreeModel } from "./model.js";
import { firstRight, goesLeft, SET_WORDS, type Tree } from "./tree.js";

export function exportTrees(learner: string, model: TreeModel): Uint8Array {
  const { spec, making } = model;
  const origin = model.base && decodePart(model.base.model);
  const graph = new GraphBuilder(learner, opsetsOf(making.made?.domains ?? { "ai.onnx.ml": 3 }, origin));
  const columns = columnsOf(model, origin);
  const inputs = new Map(rawInputs(graph, columns).map((input) => [input.name, input]));
  const own = model.features.length === 0 ? null : scoresOf(graph, model, inputs);
  const scores = origin === null ? own : continued(graph, inlinePart(graph, origin, inputs), { model, own });
  const prediction = LINKED[model.loss.link](graph, scores as Value, model.start.length);
  return finishModel(graph, {
    learner,
    spec,
    columns,
    prediction: origin === null ? prediction : graph.cast(prediction, "float"),
  });
}

/** Versions in which the trees' own graph and that of their base hold. */
function opsetsOf(domains: Readonly<Record<string, number>>, origin: Model | null) {
  if (origin === null) return { domains };
  const common = commonOpsets([{ "": OPSET, ...domains }, origin.opsets]);
  return { opset: common[""] ?? OPSET, domains: common };
}

/** The sum of trees and start, [N, outputs]. */
function scoresOf(graph: GraphBuilder, model: TreeModel, inputs: ReadonlyMap<string, Value>): Value {
  const { features, making } = model;
  const given = givenOf(graph, making, inputs);
  const questions = new Questions(model);
  const parts = features.map((feature, at) => {
    const input = given(feature.name);
    return isLevels(feature) ? memberships(graph, input, feature, questions.setsOf(at)) : graph.cast(input, "double");
  });
  return graph.op("TreeEnsembleRegressor", [graph.concat(parts, 1)], ensemble(model, questions), {
    domain: "ai.onnx.ml",
  });
}

interface Own {
  readonly model: TreeModel;
  /** What the trees add to the base's scores; null: there are none. */
  readonly own: Value | null;
}

/** Scores of a base's prediction with those of the trees, double [N, outputs]. */
function continued(graph: GraphBuilder, prediction: Value, { model, own }: Own): Value {
  const exact = graph.cast(prediction, "double");
  const inverse = INVERSES[model.loss.link];
  if (inverse === undefined) throw new TypeError(`there are no scores to go on from by ${model.loss.link}`);
  const scores = inverse(graph, exact);
  return own === null ? scores : graph.add(scores, graph.cast(own, "double"));
}

/** The raw columns that the features are, or are made of, and those of the base, each once. */
function columnsOf(model: TreeModel, origin: Model | null): readonly Pick<Column, "name" | "type">[] {
  const { making, features } = model;
  const taken = new Set(origin?.graph.inputs.map(({ name }) => name));
  const ofOrigin = (model.base?.columns ?? []).filter(({ name }) => taken.has(name));
  const raw = features.filter(({ name }) => making.placeOf(name) < 0);
  const made = raw.length < features.length ? (making.made?.columns ?? []) : [];
  return [...new Map([...raw, ...made, ...ofOrigin].map(({ name, type }) => [name, { name, type }])).values()];
}

/** The value of a column of the wide table, [N, 1]; made ones come from one matrix. */
function givenOf(graph: GraphBuilder, { made, placeOf }: Making, inputs: ReadonlyMap<string, Value>) {
  let matrix: Value | null = null;
  return (name: string): Value => {
    const place = placeOf(name);
    if (made === null || place < 0) return inputs.get(name) as Value;
    matrix ??= made.emit(
      graph,
      made.columns.map((column) => inputs.get(column.name) as Value),
    );
    return graph.slice(matrix, 1, place, place + 1);
  };
}

/** For each row whether its level is in each of the sets, [N, sets]. */
function memberships(graph: GraphBuilder, input: Value, feature: LevelFeature, sets: readonly SetOf[]): Value {
  const bins = binsOf(feature);
  const code = graph.op("LabelEncoder", [input], {
    keys_strings: feature.keys,
    values_int64s: feature.keys.map((_, bin) => bin),
    default_int64: bins - 1,
  });
  const cells = Uint8Array.from({ length: bins * sets.length }, (_, at) => {
    const [bin, set] = [Math.floor(at / sets.length), at % sets.length];
    return sets[set]?.(bin) ? 1 : 0;
  });
  const table = graph.initializer(tensor("uint8", [bins, sets.length], cells), "memberships");
  const rows = graph.op("Gather", [table, graph.op("Squeeze", [code, graph.vector("int64", [1])])], { axis: 0 });
  return graph.cast(rows, "double");
}

type SetOf = (bin: number) => boolean;

/** What the ensemble's nodes ask: of which number of its input, and against which threshold. */
class Questions {
  /** Of each feature, its first number in the ensemble's input. */
  private readonly offsets: number[] = [];
  /** Of each categorical feature, its different sets by their words. */
  private readonly sets = new Map<number, Map<string, { readonly at: number; readonly has: SetOf }>>();

  constructor({ features, trees }: TreeModel) {
    features.forEach((feature, at) => {
      if (isLevels(feature)) this.sets.set(at, new Map());
    });
    for (const tree of trees.flat()) {
      tree.feature.forEach((feature, node) => {
        const sets = this.sets.get(feature);
        if (sets === undefined) return;
        const key = wordsOf(tree, node);
        if (!sets.has(key)) sets.set(key, { at: sets.size, has: (bin) => goesLeft(tree, node, bin) });
      });
    }
    let offset = 0;
    features.forEach((_, at) => {
      this.offsets.push(offset);
      offset += this.sets.get(at)?.size ?? 1;
    });
  }

  setsOf(feature: number): SetOf[] {
    const sets = [...(this.sets.get(feature)?.values() ?? [])];
    return sets.length > 0 ? sets.map(({ has }) => has) : [() => false];
  }

  /** The place in the ensemble's input that a node asks for. */
  placeOf(tree: Tree, node: number): number {
    const feature = tree.feature[node] as number;
    return (this.offsets[feature] as number) + (this.sets.get(feature)?.get(wordsOf(tree, node))?.at ?? 0);
  }
}

function wordsOf({ lefts }: Tree, node: number): string {
  return lefts.subarray(node * SET_WORDS, (node + 1) * SET_WORDS).join();
}

/** The largest number that goes left; where only missing values don't, that is infinity. */
function thresholdOf({ thresholds }: NumberFeature, tree: Tree, node: number): number {
  return thresholds[Math.max(firstRight(tree, node), 1) - 1] ?? Number.POSITIVE_INFINITY;
}

/** The attributes of TreeEnsembleRegressor. */
function ensemble({ features, trees, averaged, base, start, mean, scale }: TreeModel, questions: Questions) {
  const nodes = trees.flatMap((round) => [...round]).flatMap((tree, id) => nodesOf(tree, id, features, questions));
  const leaves = nodes.filter(({ mode }) => mode === "LEAF");
  const outputs = start.length;
  return {
    n_targets: { kind: "int", value: BigInt(outputs) },
    // the default, said only of trees that go on from one another: core/ensemble/staged.ts knows them by it
    ...(averaged ? {} : { aggregate_function: { kind: "string", value: "SUM" } as const }),
    // a base says the whole value, and trees what is added to it
    base_values_as_tensor: doubles(Array.from(start, (score) => (base === null ? mean + scale * score : 0))),
    nodes_treeids: ints(nodes.map(({ tree }) => tree)),
    nodes_nodeids: ints(nodes.map(({ node }) => node)),
    nodes_featureids: ints(nodes.map(({ place }) => place)),
    nodes_modes: { kind: "strings", value: nodes.map(({ mode }) => mode) },
    nodes_values_as_tensor: doubles(nodes.map(({ threshold }) => threshold)),
    nodes_truenodeids: ints(nodes.map(({ yes }) => yes)),
    nodes_falsenodeids: ints(nodes.map(({ no }) => no)),
    nodes_missing_value_tracks_true: ints(nodes.map(({ missing }) => missing)),
    target_treeids: ints(leaves.map(({ tree }) => tree)),
    target_nodeids: ints(leaves.map(({ node }) => node)),
    target_ids: ints(leaves.map(({ tree }) => tree % outputs)),
    target_weights_as_tensor: doubles(leaves.map(({ value }) => scale * value)),
  } as const;
}

function ints(values: readonly number[]) {
  return { kind: "ints", value: values.map(BigInt) } as const;
}

function doubles(values: readonly number[]) {
  return { kind: "tensor", value: tensor("double", [values.length], values) } as const;
}

interface Node {
  readonly tree: number;
  readonly node: number;
  readonly mode: "LEAF" | "BRANCH_LEQ";
  readonly value: number;
  readonly place: number;
  readonly threshold: number;
  readonly yes: number;
  readonly no: number;
  readonly missing: 0 | 1;
}

/** Models have tens of thousands of nodes, so these are written out: to copy them together took half of an export's time. */
function nodesOf(tree: Tree, id: number, features: readonly Feature[], questions: Questions): readonly Node[] {
  const nodes: Node[] = [];
  for (let node = 0; node < tree.feature.length; node++) {
    const value = tree.value[node] as number;
    const feature = features[tree.feature[node] as number];
    if (feature === undefined) {
      nodes.push({ tree: id, node, mode: "LEAF", value, place: 0, threshold: 0, yes: 0, no: 0, missing: 0 });
      continue;
    }
    const [left, right] = [tree.left[node] as number, tree.right[node] as number];
    const place = questions.placeOf(tree, node);
    // membership 1 is above a half: in the set is the false branch
    const [yes, no] = isLevels(feature) ? [right, left] : [left, right];
    const threshold = isLevels(feature) ? 0.5 : thresholdOf(feature, tree, node);
    const missing = !isLevels(feature) && goesLeft(tree, node, binsOf(feature) - 1) ? 1 : 0;
    nodes.push({ tree: id, node, mode: "BRANCH_LEQ", value, place, threshold, yes, no, missing });
  }
  return nodes;
}

/** A base's prediction, double, to the scores that LINKED makes it of, as `unlinked` of losses.ts does. */
const INVERSES: Readonly<Partial<Record<Link, (graph: GraphBuilder, prediction: Value) => Value>>> = {
  identity: (_, values) => values,
  exponential: logOf,
  softmax: logOf,
  sigmoid(graph, pairs) {
    const logs = logOf(graph, pairs);
    return graph.sub(graph.slice(logs, 1, 1, 2), graph.slice(logs, 1, 0, 1));
  },
};

function logOf(graph: GraphBuilder, shares: Value): Value {
  return graph.log(graph.op("Max", [shares, graph.scalar("double", LEAST)]));
}

/** Scores [N, outputs] to predictions, float. */
const LINKED: Readonly<Record<Link, (graph: GraphBuilder, scores: Value, outputs: number) => Value>> = {
  identity: (_, scores) => scores,
  exponential: (graph, scores) => graph.cast(graph.op("Exp", [graph.cast(scores, "double")]), "float"),
  softmax: (graph, scores) => graph.cast(graph.op("Softmax", [graph.cast(scores, "double")], { axis: 1 }), "float"),
  sigmoid(graph, scores) {
    const exact = graph.cast(scores, "double");
    return graph.cast(graph.sigmoid(graph.concat([graph.op("Neg", [exact]), exact], 1)), "float");
  },
  shares(graph, scores, outputs) {
    const [none, whole] = [graph.scalar("double", 0), graph.scalar("double", 1)];
    const share = graph.op("Min", [graph.op("Max", [graph.cast(scores, "double"), none]), whole]);
    if (outputs === 1) return graph.cast(graph.concat([graph.sub(whole, share), share], 1), "float");
    const some = graph.add(share, graph.scalar("double", TINY));
    return graph.cast(graph.div(some, graph.reduceSum(some, [1], { keep: true })), "float");
  },
};
