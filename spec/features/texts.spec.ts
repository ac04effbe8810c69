import fc from "fast-check";
import {
  type FeatureStep,
  fitFeatures,
  type Labelled,
  type LevelColumn,
  type Table,
  type TaskSpec,
} from "../../core/plugin/index.js";
import { columnOf, labelled, rowsWhere } from "../support/tables.js";
import { bytesOf, farthest, throughOnnx } from "./parity.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };

function texts(cells: readonly (string | null)[]): Table {
  const column = columnOf("note", [...cells, "so that it is a column of strings"]) as LevelColumn;
  return { rows: cells.length, columns: [{ ...column, type: "text", codes: column.codes.slice(0, -1) }] };
}

function fitted(step: Omit<FeatureStep<"words" | "characters">, "columns">, train: Labelled) {
  return fitFeatures([{ ...step, columns: ["note"] }], { spec: BINARY, train, seed: 1 });
}

const GOOD = ["Very good, thank you!", "good and quick \ufffd", "GOOD as ever", "It is good."];
const BAD = ["not good at all", "never again", "It broke \ufffd: not good, not good", "bad"];
const TRAIN = labelled(texts([...GOOD, ...BAD]), [1, 1, 1, 1, 0, 0, 0, 0]);

const ODD = [
  "",
  " ",
  "\t\n",
  "İstanbul ΣΑΣ straße ŒUVRE",
  "日本語 テキスト。",
  "👩🏽‍🚀🚀",
  "e\u0301 é ﬁne",
  "\ufeffbom",
  "nul\0inside",
  "half \ud83d a pair \udc00",
  "a\u00a0b\u2028c",
];

describe.each([["words"], ["characters"]] as const)("%s", (kind) => {
  it("give the same through onnxruntime, whatever the texts", async () => {
    const word = fc.constantFrom("good", "Good", "GOOD", "not", "bad", "it's", "1,5", "ﬁne", "日本", ...ODD);
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
    );
    const cells = fc.array(fc.option(text), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(cells, cells, async (train, other) => {
        const all = [...train, ...train, ...GOOD, ...BAD];
        const answers = all.map((_, row) => row % 2);
        const features = fitted({ kind, minCount: 2, limit: 200 }, labelled(texts(all), answers));
        const table = texts(other);
        const own = features.encode(table);
        expect(farthest(own, await throughOnnx(features, table))).toBeLessThanOrEqual(1e-6);
      }),
      { numRuns: 20 },
    );
  });

  it("are all 0 for texts that are empty, missing or unknown, also where all are", async () => {
    const features = fitted({ kind, minCount: 2 }, TRAIN);
    const table = texts(["", null, "日", " ... ", ""]);
    expect(features.encode(table).every((value) => value === 0)).toBe(true);
    expect(farthest(features.encode(table), await throughOnnx(features, table))).toBe(0);
    expect(await throughOnnx(features, texts([]))).toHaveLength(0);
  });

  it("leave columns out that have no n-gram in enough texts", () => {
    expect(() => fitted({ kind, minCount: 9 }, TRAIN)).toThrow("varies");
    const same = labelled(texts(["one text", "one text", "one text"]), [0, 1, 0]);
    expect(() => fitted({ kind, minCount: 1 }, same)).toThrow("varies");
  });

  it("don't depend on the order of rows", () => {
    const reversed = labelled(texts([...GOOD, ...BAD].reverse()), [0, 0, 0, 0, 1, 1, 1, 1]);
    expect(bytesOf(fitted({ kind, minCount: 2 }, reversed))).toEqual(bytesOf(fitted({ kind, minCount: 2 }, TRAIN)));
  });
});

describe("words", () => {
  it("are folded: letter case and compatibility forms, also those that training doesn't have", () => {
    const features = fitted({ kind: "words", minCount: 2 }, TRAIN);
    const rows = features.encode(texts(["good", "GOOD", "Good", "ｇｏｏｄ"]));
    const of = (row: number) => rows.subarray(row * features.width, (row + 1) * features.width);
    expect(of(1)).toEqual(of(0));
    expect(of(2)).toEqual(of(0));
    expect(of(3).every((value) => value === 0)).toBe(true);
    const wide = labelled(texts([...GOOD, ...BAD, "ｇｏｏｄ"]), [1, 1, 1, 1, 0, 0, 0, 0, 1]);
    const known = fitted({ kind: "words", minCount: 2 }, wide);
    const [plain, full] = [known.encode(texts(["good"])), known.encode(texts(["ｇｏｏｄ"]))];
    expect(full).toEqual(plain);
  });

  it("of a limited number are those that tell most of the answer", () => {
    const { names } = fitted({ kind: "words", minCount: 2, limit: 3 }, TRAIN);
    expect(names).toEqual(["note~good", "note~not", "note~not good"]);
  });

  it("weigh what scikit-learn's TfidfVectorizer gives them, with binary", () => {
    // scikit-learn 1.2: TfidfVectorizer(binary=True, token_pattern=r"\w+").fit_transform(these texts)
    const table = texts(["a b a c", "b", "a b", "c c"]);
    const features = fitted({ kind: "words", grams: [1, 1], minCount: 1 }, labelled(table, [0, 1, 0, 1]));
    expect(features.names).toEqual(["note~a", "note~b", "note~c"]);
    const expected = [0.613667, 0.496816, 0.613667, 0, 1, 0, 0.777221, 0.629228, 0, 0, 0, 1];
    [...features.encode(table)].forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at] as number, 5);
    });
  });

  it("are 1 where they are there, if presence is all that is asked for, through onnxruntime too", async () => {
    const table = texts(["a b a c", "b", "", "z"]);
    const features = fitted(
      { kind: "words", grams: [1, 1], minCount: 1, presence: true },
      labelled(table, [0, 1, 0, 1]),
    );
    const rows = features.encode(table);
    const of = (row: number) => [...rows.subarray(row * features.width, row * features.width + 3)];
    expect([of(0), of(1), of(2)]).toEqual([
      [1, 1, 1],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expect(farthest(rows, await throughOnnx(features, table))).toBe(0);
  });

  it("are chosen on the training rows alone", () => {
    const all = labelled(texts([...GOOD, ...BAD, "unheard words", "unheard words"]), [1, 1, 1, 1, 0, 0, 0, 0, 1, 1]);
    const train = rowsWhere(all, (row) => row < 8);
    expect(fitted({ kind: "words", minCount: 2 }, train).names).toEqual(
      fitted({ kind: "words", minCount: 2 }, TRAIN).names,
    );
  });
});
