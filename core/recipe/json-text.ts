/** JSON (RFC 8259) as places. `JSON.parse` gives no offsets, and its messages differ between versions of Node. */
import { type Place, type Spot, shorten, type Tree } from "./place.js";

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 excludes exactly these from strings
  /[ \t\n\r]*(?:([[\]{}:,])|("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|$)/y;

interface Token {
  /** Empty at the end of the text. */
  readonly text: string;
  readonly start: number;
  readonly sign: boolean;
}

export function jsonTree(text: string, tree: Tree): Place | null {
  if (text.trim() === "") return null;
  const reader = new Reader(text, tree);
  const root = reader.value(reader.next(), null, 0);
  reader.expect("", "the end of the file");
  return root;
}

class Reader {
  #offset = 0;

  constructor(
    readonly text: string,
    readonly tree: Tree,
  ) {}

  value(token: Token, key: number | null, depth: number): Place {
    const spot: Spot = { key: key ?? token.start, start: token.start };
    this.tree.enter(token.start, depth);
    if (token.text === "{") return this.tree.mapping(this.#entries(depth + 1), spot);
    if (token.text === "[") return this.tree.list(this.#items(depth + 1), spot);
    if (token.sign || token.text === "") this.#fault(token, "a value");
    return this.tree.scalar(JSON.parse(token.text) as string | number | boolean | null, spot, token.text);
  }

  next(): Token {
    TOKEN.lastIndex = this.#offset;
    const match = TOKEN.exec(this.text);
    if (match === null) this.#unknown();
    const text = match[1] ?? match[2] ?? match[3] ?? "";
    this.#offset = TOKEN.lastIndex;
    return { text, start: this.#offset - text.length, sign: match[1] !== undefined };
  }

  expect(text: string, what: string): void {
    const token = this.next();
    if (token.text !== text) this.#fault(token, what);
  }

  #entries(depth: number): [string, Place][] {
    const entries: [string, Place][] = [];
    let token = this.next();
    if (token.text === "}") return entries;
    for (;;) {
      if (!token.text.startsWith('"')) this.#fault(token, "a key in double quotes");
      const name = JSON.parse(token.text) as string;
      this.expect(":", "`:` after the key");
      entries.push([name, this.value(this.next(), token.start, depth)]);
      if (this.#ends("}")) return entries;
      token = this.next();
    }
  }

  #items(depth: number): Place[] {
    const items: Place[] = [];
    let token = this.next();
    if (token.text === "]") return items;
    for (;;) {
      items.push(this.value(token, null, depth));
      if (this.#ends("]")) return items;
      token = this.next();
    }
  }

  #ends(bracket: string): boolean {
    const token = this.next();
    if (token.text !== bracket && token.text !== ",") this.#fault(token, `\`,\` or \`${bracket}\``);
    return token.text === bracket;
  }

  #unknown(): never {
    const start = this.#offset + (/^[ \t\n\r]*/.exec(this.text.slice(this.#offset))?.[0].length ?? 0);
    const text = /^\S*/.exec(this.text.slice(start))?.[0] ?? "";
    this.#fault({ text, start, sign: false }, "a value or a sign of JSON");
  }

  #fault(token: Token, expected: string): never {
    const got = token.text === "" ? "the end of the file" : `\`${shorten(token.text)}\``;
    const hint = " JSON has no comments, no trailing commas, and double quotes only.";
    this.tree.stop("RECIPE_SYNTAX", token.start, {
      format: "JSON",
      reason: `here must be ${expected}, not ${got}`,
      hint,
    });
  }
}
