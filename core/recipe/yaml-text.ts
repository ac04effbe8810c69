/** YAML 1.2 (core schema) as places. Bombs, tags, directives, merge keys and second documents are refused. */
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type YAMLError,
} from "yaml";
import type { Place, Spot, Tree } from "./place.js";

/**
 * The library's own guards come too late: 1 MiB of `{` ends the process ("RegExpCompiler Allocation failed"), and 1 MiB
 * of `[` takes 9 s (yaml 2.9.1, Node 20). So its lexer is read step by step, and stopped at these.
 */
const DEEPEST_STACK = 80;
const MOST_LEXEMES = 25_000;

export function yamlTree(text: string, tree: Tree): Place | null {
  const [first, second] = compose(text, tree);
  if (first === undefined) return null;
  refuseSyntax(first, tree);
  refuseDirectives(first, tree);
  if (second !== undefined)
    refuse(tree, second.range[0], "A second document", " Put each recipe in a file of its own.");
  const root = first.contents;
  if (root === null || (isScalar(root) && root.value === null)) return null;
  return new Walk(text, tree).place(root, { key: startOf(root), depth: 0 });
}

function compose(text: string, tree: Tree): Document.Parsed[] {
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    strict: true,
    stringKeys: true,
    merge: false,
    resolveKnownTags: false,
    logLevel: "silent",
    // its check compares every key with every other; `Tree` has a set, and says where the first one stands
    uniqueKeys: false,
  });
  const documents: Document.Parsed[] = [];
  for (const document of composer.compose(tokens(text, tree), true)) {
    documents.push(document as Document.Parsed);
    if (documents.length === 2) break;
  }
  return documents;
}

function* tokens(text: string, tree: Tree) {
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      yield token;
      // only the first error is told, and there may be one for each letter
      if (token.type === "error") return;
    }
    if (parser.stack.length > DEEPEST_STACK) {
      tree.stop("RECIPE_TOO_COMPLEX", parser.offset, {
        reason: "its brackets, dashes or indentation are nested too deep",
      });
    }
    if (++count > MOST_LEXEMES) {
      tree.stop("RECIPE_TOO_COMPLEX", parser.offset, { reason: `it has more than ${MOST_LEXEMES} words and signs` });
    }
  }
  yield* parser.end();
}

/** Only the first: those after it mostly follow from it. */
function refuseSyntax(document: Document.Parsed, tree: Tree): void {
  const [error] = document.errors;
  if (error !== undefined) {
    const reason = REASONS[error.code] ?? error.message.charAt(0).toLowerCase() + error.message.slice(1);
    tree.stop("RECIPE_SYNTAX", error.pos[0], { format: "YAML", reason, hint: HINTS[error.code] ?? "" });
  }
  const [warning] = document.warnings;
  if (warning !== undefined) {
    refuse(
      tree,
      warning.pos[0],
      "A YAML tag (`!name`)",
      " Leave the tag out; put quotes around text that begins with `!`.",
    );
  }
}

/** Where the library speaks of its own options. */
const REASONS: Partial<Record<YAMLError["code"], string>> = { NON_STRING_KEY: "a key must be text" };

const HINTS: Partial<Record<YAMLError["code"], string>> = {
  TAB_AS_INDENT: " Indent with spaces; YAML allows no tabs there.",
  BAD_INDENT: " Give keys of one level the same number of spaces, and close every bracket.",
  BLOCK_AS_IMPLICIT_KEY: " Put the nested key on a line of its own, or put quotes around text that has `: ` in it.",
  MULTILINE_IMPLICIT_KEY: " A colon may be missing, or lines of one level have different numbers of spaces.",
  BLOCK_IN_FLOW: " A comma may be missing between the entries.",
  MISSING_CHAR: " Close what is opened there.",
  BAD_SCALAR_START: " Put quotes around the text.",
  BAD_DQ_ESCAPE: " Write `\\\\` for a backslash, or use single quotes.",
  UNEXPECTED_TOKEN: " Put quotes around text that has quotes, brackets, commas or colons in it.",
};

function refuseDirectives(document: Document.Parsed, tree: Tree): void {
  const { yaml, tags } = document.directives;
  if (yaml.explicit === true || Object.keys(tags).length > 1) {
    refuse(tree, 0, "A directive (`%YAML`, `%TAG`)", " Recipes are YAML 1.2 always.");
  }
}

function refuse(tree: Tree, offset: number, feature: string, hint: string): never {
  tree.stop("RECIPE_NOT_PLAIN", offset, { feature, hint });
}

interface At {
  /** Offset of the key. */
  readonly key: number;
  readonly depth: number;
}

/** One pass in the order of the text, so that an alias means the nearest anchor before it. */
class Walk {
  readonly #anchors = new Map<string, Node>();
  /** Nodes whose members are being read. */
  readonly #open = new Set<Node>();

  constructor(
    readonly text: string,
    readonly tree: Tree,
  ) {}

  place(node: Node, at: At): Place {
    const spot: Spot = { key: at.key, start: startOf(node) };
    this.tree.enter(spot.start, at.depth);
    if (isAlias(node)) return this.place(this.#anchored(node.source, spot.start), { ...at, depth: at.depth + 1 });
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const place = this.#members(node, spot, at.depth + 1);
    this.#open.delete(node);
    return place;
  }

  #members(node: Node, spot: Spot, depth: number): Place {
    if (isMap<Node, Node | null>(node)) {
      return this.tree.mapping(
        node.items.map(({ key, value }) => this.#entry(key, value, depth)),
        spot,
      );
    }
    if (isSeq<Node>(node)) {
      return this.tree.list(
        node.items.map((item) => this.place(item, { key: startOf(item), depth })),
        spot,
      );
    }
    return this.#scalar(node, spot);
  }

  #entry(key: Node, value: Node | null, depth: number): [string, Place] {
    const start = startOf(key);
    const name = isScalar(key) ? String(key.value ?? "") : "";
    if (value === null) return [name, this.tree.scalar(null, { key: start, start }, "")];
    return [name, this.place(value, { key: start, depth })];
  }

  #scalar(node: Node, spot: Spot): Place {
    const value = isScalar(node) ? node.value : null;
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return this.tree.scalar(value, spot, this.text.slice(spot.start, node.range?.[1] ?? spot.start));
    }
    return refuse(this.tree, spot.start, "This value", "");
  }

  #anchored(name: string, offset: number): Node {
    const node = this.#anchors.get(name);
    if (node === undefined)
      refuse(this.tree, offset, `The alias \`*${name}\``, " There is no anchor of this name before it.");
    if (this.#open.has(node))
      refuse(this.tree, offset, `The alias \`*${name}\``, " It stands inside of what it stands for.");
    return node;
  }
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
