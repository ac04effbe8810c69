/** DESIGN §7: function median ≤ 10 lines and p90 ≤ 35; file median ≤ 120, p90 ≤ 300, stop at 500; parameters ≤ 4. */
import { isSpec, nodeRule, type Rule } from "./rule.js";
import { linesOf, type Node, type SourceFile } from "./tree.js";

const FUNCTIONS = new Set([
  "ArrowFunctionExpression",
  "ClassMethod",
  "Constructor",
  "FunctionDeclaration",
  "FunctionExpression",
  "GetterProperty",
  "MethodProperty",
  "PrivateMethod",
  "SetterProperty",
]);

const MOST_LINES = 500;
const MOST_PARAMETERS = 4;

export const SIZE_RULES: readonly Rule[] = [
  {
    name: `files have ${MOST_LINES} lines at most`,
    check: (files) =>
      files.flatMap((file) => {
        const lines = linesOf(file);
        return lines > MOST_LINES ? [{ path: file.path, line: 0, what: `${lines} lines` }] : [];
      }),
  },
  nodeRule(`functions have ${MOST_PARAMETERS} parameters at most`, (node, { path }) => {
    const count = FUNCTIONS.has(node.type) && !isSpec(path) ? parametersOf(node).length : 0;
    return count > MOST_PARAMETERS ? `${count} parameters` : null;
  }),
];

function parametersOf({ params, function: inner }: Node): readonly unknown[] {
  return (params ?? (inner as Node | undefined)?.params ?? []) as readonly unknown[];
}

export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p90: number;
}

/** Physical lines, comments and blank ones included, of what ships: specs have long tables. */
export function fileSizes(files: readonly SourceFile[]): Spread {
  return spreadOf(files.filter(({ path }) => !isSpec(path)).map(linesOf));
}

/** Lines of functions with a block body, from the first parameter's line to the closing brace. */
export function functionSizes(files: readonly SourceFile[]): Spread {
  const shipped = files.filter(({ path }) => !isSpec(path));
  return spreadOf(shipped.flatMap((file) => file.nodes.filter(hasBlock).map((node) => heightOf(file, node))));
}

function hasBlock(node: Node): boolean {
  if (!FUNCTIONS.has(node.type)) return false;
  const body = (node.body ?? (node.function as Node | undefined)?.body) as Node | undefined | null;
  return body?.type === "BlockStatement" || body?.type === "FunctionBody";
}

function heightOf(file: SourceFile, node: Node): number {
  return file.lastLine(node) - file.firstLine(node) + 1;
}

function spreadOf(sizes: readonly number[]): Spread {
  const sorted = [...sizes].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, median: at(0.5), p90: at(0.9) };
}
