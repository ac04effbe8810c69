/**
 * Which n-grams are in a text: the inverse document frequency of each that is, and every text scaled to length 1 (Salton and
 * Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing and Management 24, 1988). How often
 * one is there doesn't count: on reviews the logarithm of it took 0.004 off a linear model's AUC, measured on folds.
 */

import { type AttributeInput, type GraphBuilder, tensor, type Value } from "onnx-train";
import type { LevelColumn } from "../../plugin/table.js";
import { answersOf } from "../answers.js";
import { type FittedPart, joined, levelsOf, type Place, type RawColumn, rawColumn, type Training } from "../part.js";
import { remembered } from "../remembered.js";
import { spelling } from "../spelling.js";
import { UNITS, type Units, unitNodes } from "./units.js";
import {
  type CountOptions,
  eachGram,
  fitVocabulary,
  keyOf,
  LONGEST,
  type RankingOptions,
  rankGrams,
  type Vocabulary,
} from "./vocabulary.js";

export interface TextOptions {
  /** The shortest and the longest n-gram, 1 … 4; default 1 and 2 words, 3 and 4 characters. */
  readonly grams?: readonly [shortest: number, longest: number];
  /** Texts that an n-gram must be in; default 3. */
  readonly minCount?: number;
  /** Most n-grams of a column; default 1,000. */
  readonly limit?: number;
  /** 1 for an n-gram that is there, whatever others are, as trees need it; default false. */
  readonly presence?: boolean;
}

type Grams = CountOptions["grams"];

/** n-grams that are ranked at least, where there are so many: learners seldom ask for more. */
const RANKED = 30_000;
const DEFAULT_GRAMS = { words: [1, 2], characters: [3, 4] } as const;
/** Below any length but 0: a text without known n-grams stays 0. */
const TINY = 1e-30;

interface TextColumn {
  readonly column: RawColumn;
  readonly vocabulary: Vocabulary;
}

export function fitTexts(
  kind: keyof typeof UNITS,
  training: Training,
  names: readonly string[],
  options: TextOptions,
): FittedPart | null {
  const [shortest, longest] = options.grams ?? DEFAULT_GRAMS[kind];
  const { minCount = 3, limit = 1_000 } = options;
  const grams: Grams = [shortest, Math.min(longest, LONGEST)];
  const most = Math.max(limit, RANKED);
  const texts = names.flatMap((name): TextColumn[] => {
    const ranking = rankingOf(training, { kind, name, grams, minCount, most });
    const vocabulary = fitVocabulary(ranking, UNITS[kind], { grams, limit });
    return vocabulary === null ? [] : [{ column: rawColumn(training.train.table, name), vocabulary }];
  });
  const form = { units: UNITS[kind], grams, presence: options.presence ?? false };
  return texts.length === 0 ? null : partOf(texts, form);
}

interface Ranked extends RankingOptions {
  readonly kind: keyof typeof UNITS;
  readonly name: string;
}

/** Trials try many limits, which are no reason to count anew. */
const rankingOf = remembered((training, { kind, name, ...options }: Ranked) =>
  rankGrams(levelsOf(training.train.table, name), answersOf(training), UNITS[kind], options),
);

interface Form {
  readonly units: Units;
  readonly grams: Grams;
  readonly presence: boolean;
}

function partOf(texts: readonly TextColumn[], form: Form): FittedPart {
  return {
    domains: { "com.microsoft": 1 },
    columns: texts.map(({ column }) => column),
    names: texts.flatMap(({ column, vocabulary }) => vocabulary.names.map((name) => `${column.name}~${name}`)),
    encode(table, place) {
      let { at } = place;
      for (const { column, vocabulary } of texts) {
        encodeTexts(levelsOf(table, column.name), weigher(vocabulary, form), { ...place, at });
        at += vocabulary.grams.length;
      }
    },
    emit(graph, inputs) {
      const parts = texts.map(({ vocabulary }, at) => textNodes(graph, inputs[at] as Value, vocabulary, form));
      return joined(graph, parts);
    },
  };
}

interface Weigher {
  readonly size: number;
  /** @param into zeros, [size] */
  weigh(text: string, into: Float32Array): void;
}

/** Rows of the same text are copied: a column has them seldom, or often. */
function encodeTexts(column: LevelColumn, { size, weigh }: Weigher, { values, width, at }: Place): void {
  const first = new Map<number, number>();
  column.codes.forEach((code, row) => {
    const to = row * width + at;
    const same = first.get(code);
    if (same === undefined) weigh(spelling(column.levels, code), values.subarray(to, to + size));
    else values.copyWithin(to, same, same + size);
    first.set(code, to);
  });
}

function weigher({ units: numbers, grams, idf }: Vocabulary, { units, grams: lengths, presence }: Form): Weigher {
  const places = new Map(grams.map((gram, at) => [keyOf(gram, lengths), at]));
  const gramsOf = (text: string) => {
    const there = new Set<number>();
    const known = units.split(text).map((unit) => numbers.get(unit) ?? 0);
    eachGram(known, lengths, (key) => {
      const at = places.get(key);
      if (at !== undefined) there.add(at);
    });
    return there;
  };
  return {
    size: grams.length,
    weigh(text, into) {
      const there = gramsOf(text);
      if (presence) {
        for (const at of there) into[at] = 1;
        return;
      }
      let squares = 0;
      for (const at of there) squares += (idf[at] as number) ** 2;
      const length = Math.max(Math.fround(Math.sqrt(squares)), TINY);
      for (const at of there) into[at] = (idf[at] as number) / length;
    },
  };
}

/**
 * float [N, n-grams]. The Tokenizer and TfIdfVectorizer refuse no rows at all, or forget the number of axes: so one more row,
 * without text, goes along.
 */
function textNodes(graph: GraphBuilder, input: Value, vocabulary: Vocabulary, { units, presence }: Form): Value {
  const more = graph.concat([input, graph.initializer(tensor("string", [1, 1], [""]))], 0);
  const keys = [...vocabulary.units.keys()];
  const numbers = graph.op("LabelEncoder", [unitNodes(graph, more, units)], {
    keys_strings: keys,
    values_int64s: [...vocabulary.units.values()],
    default_int64: 0,
  });
  const counts = graph.slice(graph.op("TfIdfVectorizer", [numbers], pool(vocabulary)), 0, 0, -1);
  const there = graph.op("Min", [counts, graph.float(1)]);
  if (presence) return there;
  const weighted = graph.mul(there, graph.initializer(tensor("float", [vocabulary.idf.length], vocabulary.idf)));
  const length = graph.op("Max", [graph.reduceL2(weighted, [1], { keep: true }), graph.float(TINY)]);
  return graph.div(weighted, length);
}

/** n-grams by length, as TfIdfVectorizer takes them. */
function pool({ grams }: Vocabulary): Record<string, AttributeInput> {
  const lengths = grams.map((gram) => gram.length);
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  const starts = Array.from({ length: longest }, (_, at) =>
    lengths.reduce((sum, length) => sum + (length <= at ? length : 0), 0),
  );
  const ints = (values: readonly number[]) => ({ kind: "ints", value: values.map(BigInt) }) as const;
  const int = (value: number) => ({ kind: "int", value: BigInt(value) }) as const;
  return {
    mode: { kind: "string", value: "TF" },
    min_gram_length: int(shortest),
    max_gram_length: int(longest),
    max_skip_count: int(0),
    ngram_counts: ints(starts),
    ngram_indexes: ints(grams.map((_, at) => at)),
    pool_int64s: ints(grams.flat()),
  };
}
