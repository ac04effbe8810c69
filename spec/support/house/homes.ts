/** Things that have one home: durable writes, time, chance, the environment, the console; and names that core may not know. */
import { importsOf } from "./imports.js";
import { isLibrary, isSpec, memberText, nodeRule, type Rule } from "./rule.js";
import { type Node, nodesIn, type SourceFile } from "./tree.js";

const WRITES = new Set([
  "appendFile",
  "copyFile",
  "cp",
  "createWriteStream",
  "link",
  "mkdir",
  "mkdtemp",
  "rename",
  "rm",
  "rmdir",
  "symlink",
  "truncate",
  "unlink",
  "utimes",
  "writeFile",
  "mkdirSync",
  "renameSync",
  "rmSync",
  "unlinkSync",
  "writeFileSync",
  "appendFileSync",
  "*",
]);

const CLOCKS = new Set(["Date.now", "performance.now", "process.hrtime", "process.uptime"]);

export const HOME_RULES: readonly Rule[] = [
  {
    name: "durable writes: core/artifacts only",
    check: (files) =>
      files
        .filter(({ path }) => !isSpec(path) && !path.startsWith("core/artifacts/"))
        .flatMap(importsOf)
        .filter(({ specifier, typeOnly }) => /^node:fs(?:\/promises)?$/.test(specifier) && !typeOnly)
        .flatMap(({ from, line, names }) =>
          names.filter((name) => WRITES.has(name)).map((what) => ({ path: from.path, line, what })),
        ),
  },
  nodeRule("files are opened to read, but in core/artifacts", (node, file) => {
    if (isSpec(file.path) || file.path.startsWith("core/artifacts/") || !opensFile(node, file)) return null;
    const [, flags] = node.arguments as readonly { readonly expression: Node }[];
    return flags === undefined || isReading(flags.expression) ? null : "opens a file to write";
  }),
  nodeRule("time: core/clock.ts only", (node, { path }) => {
    if (isSpec(path) || path === "core/clock.ts") return null;
    const text = memberText(node);
    if (text !== null && CLOCKS.has(text)) return text;
    return isNow(node) ? "new Date()" : null;
  }),
  nodeRule("chance: from a seed only", (node) => (memberText(node) === "Math.random" ? "Math.random" : null)),
  nodeRule("environment: core/environment.ts only", (node, { path }) =>
    !isSpec(path) && path !== "core/environment.ts" && memberText(node) === "process.env" ? "process.env" : null,
  ),
  nodeRule("console: core/cli only", (node, { path }) => {
    const text = memberText(node);
    return !isSpec(path) && !path.startsWith("core/cli/") && text?.startsWith("console.") ? text : null;
  }),
];

/** A call of the `open` that the file has from Node. */
function opensFile({ type, callee }: Node, file: SourceFile): boolean {
  if (type !== "CallExpression" || (callee as Node).value !== "open") return false;
  return importsOf(file).some(({ specifier, names }) => specifier.startsWith("node:fs") && names.includes("open"));
}

function isReading(flags: Node): boolean {
  if (flags.type === "StringLiteral") return flags.value === "r";
  const named = nodesIn(flags).flatMap(({ type, value }) => (type === "Identifier" ? [value] : []));
  return (
    named.includes("O_RDONLY") && !named.some((name) => name === "O_CREAT" || name === "O_APPEND" || name === "O_TRUNC")
  );
}

function isNow({ type, callee, arguments: given }: Node): boolean {
  if (type !== "NewExpression" && type !== "CallExpression") return false;
  const { type: kind, value } = callee as Node;
  const isDate = kind === "Identifier" && value === "Date";
  return isDate && ((given ?? []) as readonly unknown[]).length === 0;
}

/** Core knows no plugin: it has no string that is the name of one, or of what one provides. */
export function namesNoPlugin(names: ReadonlySet<string>): Rule {
  return nodeRule("core names no plugin", ({ type, value }, { path }) => {
    if (!path.startsWith("core/") || isLibrary(path) || type !== "StringLiteral") return null;
    return names.has(value as string) ? JSON.stringify(value) : null;
  });
}
