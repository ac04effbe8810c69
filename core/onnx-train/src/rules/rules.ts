/**
 * The rules that a model must keep, as a table: https://github.com/onnx/onnx/blob/main/docs/IR.md, and the checker of
 * ONNX (onnx/checker.cc), with what onnxruntime refuses besides. Checked after a graph is built, after each pass and before
 * encoding; each finding names the rule and the place.
 */
import { OnnxError } from "../errors.js";
import type { Model, Value } from "../graph.js";
import { graphsIn, nodesIn } from "../walk.js";
import { repeatedNames, repeatedNodes, undefinedUses } from "./names.js";
import { attributesFit, known, missingOperators, valuesFit } from "./operators.js";
import { named, place } from "./places.js";
import { wrongTensors } from "./tensors.js";
import { wrongTypes } from "./types.js";

export interface Finding {
  readonly rule: string;
  /** Where and what, as a sentence. */
  readonly message: string;
}

type Rule = (model: Model) => Iterable<string>;

/** The newest IR version: of ONNX 1.23. */
const NEWEST_IR = 14;

/** Files before IR version 3 import no operator sets; from 4 on an initializer needs no input beside it. */
const IMPORTS = 3;
const CONSTANTS = 4;

const RULES: Readonly<Record<string, Rule>> = {
  *"versions are positive whole numbers"({ irVersion, opsets }) {
    const versions = { "IR version": irVersion, ...opsets };
    for (const [what, version] of Object.entries(versions)) {
      if (!Number.isSafeInteger(version) || version < 1) yield `${what || "ai.onnx"} has version ${version}`;
    }
  },
  *"the IR version is known, and imports operator sets"({ irVersion, opsets }) {
    if (irVersion > NEWEST_IR) yield `IR version ${irVersion} is newer than ${NEWEST_IR}`;
    if (irVersion < IMPORTS && irVersion > 0) yield `IR version ${irVersion} is older than ${IMPORTS}`;
    if (Object.keys(opsets).length === 0) yield "no operator set is imported";
  },
  *"every domain is imported"({ opsets, graph }) {
    for (const node of nodesIn(graph)) {
      if (!Object.hasOwn(opsets, node.domain)) yield `${place(node)} is of domain ${JSON.stringify(node.domain)}`;
    }
  },
  *"nodes have an operator and an output"({ graph }) {
    for (const node of nodesIn(graph)) {
      if (node.opType === "") yield `${place(node)} has no operator`;
      if (node.outputs.every((value) => value === null)) yield `${place(node)} has no output`;
    }
  },
  "operators are there at the version that is imported": missingOperators,
  "nodes have the inputs and outputs of their operator": (model) => known(model, valuesFit),
  "attributes are those of the operator, of its kinds": (model) => known(model, attributesFit),
  *"graphs have names and outputs, and the surface has types"({ graph }) {
    for (const { name, outputs } of graphsIn(graph)) {
      if (name === "") yield "a graph has no name";
      if (outputs.length === 0) yield `graph ${name} has no outputs`;
    }
    for (const value of [...graph.inputs, ...graph.outputs]) {
      if (value.type === null && !value.foreign?.otherType) yield `${named(value)} has no type`;
      if (value.type?.shape === null && !value.foreign?.unranked) yield noRank(value);
    }
  },
  *"initializers are inputs as well, before IR version 4"({ irVersion, graph }) {
    if (irVersion >= CONSTANTS) return;
    const given = new Set(graph.inputs);
    for (const value of graph.initializers.keys()) if (!given.has(value)) yield `${named(value)} is no input`;
  },
  "names are given, and each is defined once": ({ graph }) => repeatedNames(graph),
  "values are defined before they are used": ({ graph }) => undefinedUses(graph),
  "tensors hold as many values as their dimensions say": ({ graph }) => wrongTensors(graph),
  "types are those that follow from the inputs": wrongTypes,
};

/**
 * What only one of the two minds, and files have regardless: a rank that is left open (onnxruntime finds it by itself, the
 * checker of ONNX refuses it), and names of nodes (the other way round). It is found, and written again as it was read.
 */
const OF_FILES: typeof RULES = {
  *"what a file tells of its inputs and outputs has a rank"({ graph }) {
    for (const value of [...graph.inputs, ...graph.outputs])
      if (value.type?.shape === null && value.foreign?.unranked) yield noRank(value);
  },
  "nodes of a graph have names of their own, or none": ({ graph }) => repeatedNodes(graph),
};

function noRank(value: Value): string {
  return `${named(value)} has no shape, not even a rank: give its type`;
}

function findings(model: Model, rules: typeof RULES): Finding[] {
  return Object.entries(rules).flatMap(([rule, check]) => Array.from(check(model), (message) => ({ rule, message })));
}

/** Every broken rule; empty for a valid model. */
export function checkModel(model: Model): Finding[] {
  return findings(model, { ...RULES, ...OF_FILES });
}

/** @throws OnnxError ONNX_INVALID naming the first broken rule and how many more there are */
export function assertValid(model: Model): void {
  const [first, ...rest] = findings(model, RULES);
  if (first === undefined) return;
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`;
  throw new OnnxError("ONNX_INVALID", `${first.rule}: ${first.message}${more}`);
}
