import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { parse as parseYaml } from "yaml";
import { KEY_ALIASES, NAME_ALIASES } from "../../core/recipe/aliases.js";
import { recipeSchema } from "../../core/recipe/schema.js";
import { suggestKeys, suggestName } from "../../core/recipe/suggest.js";
import { DESCRIPTORS } from "../support/descriptors.js";
import { codesOf, contextOf, recipeFixtures, rejectionOf, SHORTEST } from "../support/recipes.js";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

const SCHEMA = recipeSchema(DESCRIPTORS) as Schema;

/** Paths of every field, sections included; parameters of learners are no fields. */
function fields(schema: Schema, path = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    return [path + key, ...(key === "space" ? [] : fields(inner, `${path}${key}.`))];
  });
}

/** As an editor would: with no keywords of ours known, nothing but draft-07. */
const editor = new Ajv({ strict: false }).compile(SCHEMA);

test("the schema is draft-07 that a validator takes in strict mode", () => {
  const ajv = new Ajv({
    strict: true,
    allowUnionTypes: true,
    discriminator: true,
    strictTypes: false,
    strictRequired: false,
  });
  for (const keyword of ["x-expected", "x-what", "x-columns"]) ajv.addKeyword(keyword);
  expect(ajv.validateSchema(SCHEMA)).toBe(true);
  expect(ajv.compile(SCHEMA)({ data: { source: "a", target: "b" } })).toBe(true);
});

test("every field has a description for an editor to show", () => {
  const bare = fields(SCHEMA).filter((path) => {
    const schema = path.split(".").reduce<Schema | undefined>((inner, key) => inner?.properties?.[key], SCHEMA);
    return schema?.description === undefined && !path.startsWith("split.fractions.");
  });
  expect(bare).toEqual([]);
});

test.each(recipeFixtures("good", ".expected.json"))("an editor takes $name", ({ text }) => {
  expect([editor(parseYaml(text)), editor.errors]).toEqual([true, null]);
});

test("docs/recipe.md has every field, and no field that isn't", () => {
  const text = readFileSync(new URL("../../docs/recipe.md", import.meta.url), "utf8");
  const documented = [...text.matchAll(/^\| `([a-z_.]+)` \|/gm)].map((match) => match[1] ?? "");
  const leaves = fields(SCHEMA).filter((path) => !fields(SCHEMA).some((other) => other.startsWith(`${path}.`)));
  const expected = leaves.filter((path) => !path.startsWith("split.fractions.")).concat("split.fractions");
  expect(documented.sort()).toEqual(expected.sort());
});

test("every foreign word leads to a field that is there, and isn't one itself in that place", () => {
  const known = new Set(fields(SCHEMA));
  expect(Object.entries(KEY_ALIASES).filter(([word, path]) => !known.has(path) || known.has(word))).toEqual([]);
});

test.each(Object.entries(KEY_ALIASES))("%s at the top leads to %s", (word, path) => {
  const last = path.split(".").at(-1);
  expect(rejectionOf(`${SHORTEST}${word}: 1\n`).errors[0]?.mend).toContain(`\`${last}\``);
});

test("foreign names are suggested only where a plugin has ours", () => {
  expect(suggestName("AUC", "metric", ["roc_auc"])).toBe("roc_auc");
  expect(suggestName("auc", "metric", ["log_loss"])).toBe(null);
  for (const [what, aliases] of Object.entries(NAME_ALIASES))
    for (const [word, name] of Object.entries(aliases))
      expect(suggestName(word, what, [name, "zzzzzzzzzz"])).toBe(name);
});

test("an exact word at home elsewhere comes before a near one here", () => {
  const homes = new Map([["wall", ["budget", "wall"]]]);
  expect(suggestKeys({ word: "wall", parent: [], allowed: ["walls"], given: [], homes })).toEqual([
    ["budget", "wall"],
    ["walls"],
  ]);
  expect(suggestKeys({ word: "Wall", parent: ["budget"], allowed: ["wall"], given: [], homes })).toEqual([
    ["budget", "wall"],
  ]);
});

test("a key that is given already isn't suggested before one that isn't", () => {
  const question = { word: "lo", parent: [], allowed: ["log", "low"], homes: new Map() };
  expect(suggestKeys({ ...question, given: ["log"] })).toEqual([["low"]]);
  expect(suggestKeys({ ...question, given: ["log", "low"] })).toEqual([["log"]]);
});

describe("options of plugins", () => {
  const withGate = (options: Schema) => ({
    ...contextOf(),
    descriptors: {
      ...DESCRIPTORS,
      gates: [...DESCRIPTORS.gates, { name: "custom", options: options as never, plugin: "custom" }],
    },
  });
  const gates = (gate: string) => `${SHORTEST}gates: [${gate}]\n`;

  test("may refer to definitions of their own", () => {
    const context = withGate({
      $id: "https://example.org/gate",
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      definitions: { share: { type: "number", maximum: 1 } },
      properties: { limit: { $ref: "#/definitions/share" } },
    });
    expect(codesOf(gates("{ kind: custom, limit: 2 }"), context)).toEqual(["RECIPE_OUT_OF_RANGE"]);
  });

  test("may use keywords that recipes have no words for, and annotations of their own", () => {
    const context = withGate({
      type: "object",
      "x-group": "mine",
      properties: {
        low: { type: "number" },
        high: { type: "number", multipleOf: 0.5 },
        mode: { anyOf: [{ const: 1 }, { const: 2 }] },
      },
      dependencies: { low: ["high"] },
    });
    expect(codesOf(gates("{ kind: custom, low: 1 }"), context)).toEqual(["RECIPE_OPTION"]);
    expect(codesOf(gates("{ kind: custom, high: 0.7 }"), context)).toEqual(["RECIPE_OPTION"]);
    expect(codesOf(gates("{ kind: custom, mode: 3 }"), context)).toEqual(["RECIPE_OPTION"]);
  });

  test("that aren't declared are refused, whatever the plugin's schema says", () => {
    const context = withGate({ type: "object", properties: {}, additionalProperties: true });
    expect(codesOf(gates("{ kind: custom, limit: 2 }"), context)).toEqual(["RECIPE_UNKNOWN_KEY"]);
  });
});
