/**
 * How texts fall into units, words or characters, in TypeScript as in com.microsoft's Tokenizer, which every full build of
 * onnxruntime has. Lower case is a matter of the dictionary: StringNormalizer would need a locale of the system (en_US.UTF-8), and
 * fails to load where that is not installed. So a unit has one number, and its spellings are listed.
 */
import type { GraphBuilder, Value } from "onnx-train";

export interface Units {
  /** The units of a text in their order. */
  split(text: string): readonly string[];
  /** One spelling for all that are the same unit. */
  fold(unit: string): string;
  /** Further spellings that text to come may have of a folded unit. */
  spellings(folded: string): readonly string[];
  /** Between two units in the name of an n-gram. */
  readonly glue: string;
  /** What of the Tokenizer makes these units: a regular expression for them, or "" to part at. */
  readonly tokenizer: { readonly tokenexp: string } | { readonly separators: readonly string[] };
}

/**
 * Between words: what is no letter or digit of ASCII, and the punctuation of Latin-1, Unicode's general and CJK punctuation and
 * the full-width one. All other characters belong to words. Ranges are written out, since classes like \p{L} grow with each version
 * of Unicode, and JavaScript and onnxruntime's RE2 have different ones.
 */
const BETWEEN: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x60],
  [0x7b, 0xa9],
  [0xab, 0xb4],
  [0xb6, 0xb9],
  [0xbb, 0xbf],
  [0xd7, 0xd7],
  [0xf7, 0xf7],
  [0x2000, 0x206f],
  [0x3000, 0x3004],
  [0x3008, 0x3020],
  [0xfeff, 0xfeff],
  [0xff00, 0xff0f],
  [0xff1a, 0xff20],
  [0xff3b, 0xff40],
  [0xff5b, 0xff65],
];
const WORD = new RegExp(`[^${ranges((code) => `\\u{${code.toString(16)}}`)}]+`, "gu");

function ranges(spell: (code: number) => string): string {
  return BETWEEN.map(([from, to]) => `${spell(from)}-${spell(to)}`).join("");
}

const WORDS: Units = {
  split: (text) => text.match(WORD) ?? [],
  fold: folded,
  spellings: (word) => {
    const [first = "", ...rest] = word;
    return [word.toUpperCase(), first.toUpperCase() + rest.join("")];
  },
  glue: " ",
  tokenizer: { tokenexp: `[^${ranges((code) => `\\x{${code.toString(16)}}`)}]+` },
};

const CHARACTERS: Units = {
  split: (text) => [...text],
  fold: folded,
  spellings: (character) => [character.toUpperCase()].filter((one) => [...one].length === 1),
  glue: "",
  tokenizer: { separators: [""] },
};

function folded(unit: string): string {
  return unit.normalize("NFKC").toLowerCase();
}

export const UNITS = { words: WORDS, characters: CHARACTERS } as const;

/** @param texts string [N, 1], N ≥ 1 @returns the units, string [N, most units of a text], with "" after the last */
export function unitNodes(graph: GraphBuilder, texts: Value, { tokenizer }: Units): Value {
  const rule =
    "tokenexp" in tokenizer
      ? { tokenexp: { kind: "string", value: tokenizer.tokenexp } as const }
      : { separators: { kind: "strings", value: tokenizer.separators } as const };
  const attributes = {
    mark: { kind: "int", value: 0n },
    mincharnum: { kind: "int", value: 1n },
    pad_value: { kind: "string", value: "" },
    ...rule,
  } as const;
  return graph.squeeze(graph.op("Tokenizer", [texts], attributes, { domain: "com.microsoft" }), [1]);
}
