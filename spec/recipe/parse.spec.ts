import { createHash } from "node:crypto";
import fc from "fast-check";
import { stringify } from "yaml";
import { canonicalJson } from "../../core/json.js";
import { parseRecipe } from "../../core/recipe/parse.js";
import type { RecipeFile } from "../../core/recipe/schema.js";
import { codesOf, contextOf, rejectionOf, SHORTEST } from "../support/recipes.js";

const word = fc.stringMatching(/^[a-zA-Z][\w .-]{0,12}$/);
const column = word.filter((name) => name !== "target");
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Recipe files that are right, as values. */
const files: fc.Arbitrary<RecipeFile> = fc
  .record({
    version: optional(fc.constant(1 as const)),
    description: optional(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"))),
    owner: optional(word),
    labels: optional(fc.dictionary(word, word, { maxKeys: 3 })),
    data: fc.record({
      source: fc.oneof(word, fc.uniqueArray(word, { minLength: 1, maxLength: 3 })),
      target: fc.constant("target"),
      positive: optional(fc.oneof(word, fc.boolean(), fc.integer())),
      ignore: optional(fc.uniqueArray(column, { maxLength: 3 })),
      types: optional(fc.dictionary(word, fc.constantFrom("numeric", "text"), { maxKeys: 3 })),
      key: optional(fc.oneof(column, fc.uniqueArray(column, { maxLength: 2 }))),
    }),
    metric: optional(fc.constantFrom("roc_auc", "log_loss")),
    split: optional(fc.record({ method: fc.constantFrom("hash", "stratified"), seed: fc.maxSafeNat() })),
    budget: optional(
      fc.record({
        trials: fc.integer({ min: 1, max: 1000 }),
        wall: fc.constantFrom("10m", 600, "0.5h"),
        work: fc.double({ min: 1, max: 1e300, noNaN: true }),
      }),
    ),
    gates: optional(
      fc.constantFrom<RecipeFile["gates"]>(["onnx_parity"], [{ kind: "min_effect", margin: 0.01, metric: "brier" }]),
    ),
  })
  .map((file) => JSON.parse(JSON.stringify(file)) as RecipeFile);

/** The same value with the keys of its mappings in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}

const digest = (text: string, path?: string) => parseRecipe(text, contextOf(path)).digest;

test("YAML and JSON of the same content have the same digest, whatever the layout", () => {
  fc.assert(
    fc.property(files, fc.nat(8), (file, indent) => {
      const expected = digest(JSON.stringify(file, null, indent), "churn.recipe.json");
      expect(digest(stringify(file))).toBe(expected);
      expect(digest(stringify(file, { collectionStyle: "flow" }))).toBe(expected);
      expect(digest(stringify(file, { defaultStringType: "QUOTE_DOUBLE", indent: 4 }))).toBe(expected);
      // YAML 1.2 takes JSON as it is
      expect(digest(JSON.stringify(file), "churn.recipe.yml")).toBe(expected);
    }),
    { numRuns: 60 },
  );
});

test("the order of keys and comments don't matter", () => {
  fc.assert(
    fc.property(files, (file) => {
      const text = stringify(file);
      expect(digest(stringify(reversed(file)))).toBe(digest(text));
      expect(digest(`# first\n${text}# last\n`)).toBe(digest(text));
    }),
    { numRuns: 60 },
  );
});

test("the digest is the SHA-256 of the canonical JSON of the rendered recipe", () => {
  const read = parseRecipe(SHORTEST, contextOf());
  expect(read.digest).toBe(createHash("sha256").update(canonicalJson(read.recipe)).digest("hex"));
});

test("description, owner and labels change the digest and leave the work digest", () => {
  const plain = parseRecipe(SHORTEST, contextOf());
  const labelled = parseRecipe(`${SHORTEST}description: d\nowner: o\nlabels: { a: b }\n`, contextOf());
  expect(labelled.digest).not.toBe(plain.digest);
  expect(labelled.workDigest).toBe(plain.workDigest);
});

test("every other field changes both digests", () => {
  const plain = parseRecipe(SHORTEST, contextOf());
  const changes = [
    "name: other",
    "task: binary",
    "metric: roc_auc",
    "secondary_metrics: [brier]",
    "split: { seed: 1 }",
    "search: { seed: 1 }",
    "budget: { trials: 31 }",
    "gates: [onnx_parity]",
    "promotion: { alpha: 0.04 }",
  ];
  for (const change of changes) {
    const changed = parseRecipe(`${SHORTEST}${change}\n`, contextOf());
    expect([changed.digest === plain.digest, changed.workDigest === plain.workDigest]).toEqual([false, false]);
  }
});

test("a recipe is frozen through and through", () => {
  const open: string[] = [];
  const visit = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return;
    if (!Object.isFrozen(value)) open.push(path);
    for (const [key, member] of Object.entries(value)) visit(member, `${path}.${key}`);
  };
  visit(parseRecipe(`${SHORTEST}labels: { a: b }\nsearch: { learners: [linear] }\n`, contextOf()), "read");
  expect(open).toEqual([]);
});

test("the name is the file's name up to .recipe unless the recipe gives one", () => {
  expect(parseRecipe(SHORTEST, contextOf("in/a/folder/rain-2.recipe.yml")).recipe.name).toBe("rain-2");
  expect(parseRecipe(`${SHORTEST}name: sun\n`, contextOf("Any Name.recipe.yaml")).recipe.name).toBe("sun");
});

test("errors come in the order of the text, with the path that was given", () => {
  const { errors } = rejectionOf(
    "metrc: 1\ndata: { source: ../x, target: y }\nbudget: { wall: x }\n",
    contextOf("a/b.recipe.yaml"),
  );
  expect(errors.map(({ position }) => position)).toEqual([
    { file: "a/b.recipe.yaml", line: 1, column: 1 },
    { file: "a/b.recipe.yaml", line: 2, column: 17 },
    { file: "a/b.recipe.yaml", line: 3, column: 17 },
  ]);
});

describe("paths of data", () => {
  const source = (path: string) => `data: { source: ${JSON.stringify(path)}, target: y }\n`;
  const context = { ...contextOf("/srv/recipes/churn.recipe.yaml"), roots: ["/srv/data", "/mnt/lake/"] };

  test.each([
    "x.csv",
    "./x.csv",
    "deep/er/*.csv",
    "a/../x.csv",
    "..x.csv",
    "/srv/recipes/x.csv",
    "../data/x.csv",
    "/srv/data/a/**/*.csv",
    "/mnt/lake/x",
  ])("%s is inside the recipe's folder or a root", (path) => {
    expect(parseRecipe(source(path), context).recipe.data.source).toEqual([path]);
  });

  test.each([
    "..",
    "../x.csv",
    "a/../../x.csv",
    "/x.csv",
    "/srv/data2/x.csv",
    "/srv/data/../x.csv",
    "../recipes2/x.csv",
    "/",
  ])("%s is outside", (path) => {
    expect(codesOf(source(path), context)).toEqual(["RECIPE_PATH_OUTSIDE"]);
  });

  test.each(["http://x/y.csv", "S3://b/x", "file:///etc/passwd", "gs://a", "a+b://c"])("%s is an address", (path) => {
    expect(codesOf(source(path), context)).toEqual(["RECIPE_PATH_URL"]);
  });
});

test("a broken plugin is named where a name is missing that it may have had", () => {
  const broken = [
    {
      path: "plugins/forest.ts",
      error: { code: "RECIPE_EMPTY" as const, message: "", mend: "", details: {}, position: null },
    },
  ];
  const context = { ...contextOf(), descriptors: { ...contextOf().descriptors, broken } };
  const [error] = rejectionOf(`${SHORTEST}search: { learners: [forest] }\n`, context).errors;
  expect(error?.mend).toContain("plugins/forest.ts");
});
