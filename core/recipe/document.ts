/** The text of a recipe file as plain values, with the line and column of each key and value. */
import { extname } from "node:path";
import { LineCounter } from "yaml";
import { type Position, SousError } from "../errors.js";
import { jsonTree } from "./json-text.js";
import { type Fault, type Place, Tree, Unreadable } from "./place.js";
import { RecipeRejected } from "./rejected.js";
import { yamlTree } from "./yaml-text.js";

export interface SourceDocument {
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
  /**
   * Where a key or its value stands. Of what isn't there: where the nearest thing that holds it stands, by its key.
   * @param keys from the root, indexes of lists as text
   */
  positionOf(keys: readonly string[], part: "key" | "value"): Position;
}

/** @throws RecipeRejected with every fault of the text */
export function readDocument(text: string, path: string): SourceDocument {
  const lines = lineCounter(text);
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line, column: col };
  };
  const root = readRoot(text, path, at);
  const positionOf = (keys: readonly string[], part: "key" | "value") => at(offsetOf(root, keys, part));
  return { path, text, value: root.value, positionOf };
}

function readRoot(text: string, path: string, at: (offset: number) => Position): Place {
  const tree: Tree = new Tree((offset) => at(offset).line);
  const reject = (faults: readonly Fault[]) => {
    const errors = faults.map(({ code, details, offset }) => new SousError(code, details, { position: at(offset) }));
    return new RecipeRejected(path, text, errors);
  };
  try {
    const root = extname(path) === ".json" ? jsonTree(text, tree) : yamlTree(text, tree);
    if (root === null) tree.stop("RECIPE_EMPTY", 0, {});
    if (tree.faults.length === 0) return root;
  } catch (error) {
    if (error instanceof Unreadable) throw reject([...tree.faults, error.fault]);
    throw error;
  }
  throw reject(tree.faults);
}

function offsetOf(root: Place, keys: readonly string[], part: "key" | "value"): number {
  let place = root;
  for (const key of keys) {
    const member = place.members.get(key);
    if (member === undefined) return place.key;
    place = member;
  }
  return place[part === "key" ? "key" : "start"];
}

function lineCounter(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
  return lines;
}
