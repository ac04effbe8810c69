/** Texts made to hurt a reader: each is refused with a code, where the YAML library alone takes 9 s or ends the process. */
import { codesOf, contextOf, SHORTEST } from "../support/recipes.js";

const MEBI = 2 ** 20;
const filled = (unit: string) => unit.repeat(Math.floor(MEBI / unit.length));

test.each([
  ["opening brackets", filled("[")],
  ["opening braces", filled("{")],
  ["dashes on one line", filled("- ")],
  ["question marks", filled("? ")],
  ["colons on one line", filled("a: ")],
  ["ever deeper indentation", Array.from({ length: 1400 }, (_, depth) => `${" ".repeat(depth)}k:`).join("\n")],
  ["items", filled("- 1\n")],
  ["keys", Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`).join("\n")],
  ["anchors", filled("&a ")],
  ["tags", filled("! ")],
  ["documents", filled("---\n")],
  ["directives", filled("%YAML 1.2\n")],
  ["quotes", filled('"')],
  ["closing brackets", filled("]")],
  ["aliases of one list", `a: &a [${"x,".repeat(900)}]\nb: [${"*a,".repeat(900)}]\n`],
  [
    "doubling aliases",
    `a0: &a0 [x]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join("\n")}\n`,
  ],
])("1 MiB of %s", (_, text) => {
  expect(codesOf(text)[0]).toMatch(/^RECIPE_(TOO_COMPLEX|SYNTAX|NOT_PLAIN)$/);
});

test.each([
  ["opening brackets", filled("[")],
  ["opening keys", filled('{"a":')],
  ["numbers", `[${filled("1,")}1]`],
  ["an unfinished string", `"${filled("a")}`],
  ["escapes", `["${filled("\\n")}", ]`],
  ["digits", `[${filled("1")}]`],
])("1 MiB of JSON %s", (_, text) => {
  expect(codesOf(text, contextOf("churn.recipe.json"))[0]).toMatch(/^RECIPE_(TOO_COMPLEX|SYNTAX|NOT_PLAIN)$/);
});

test("a key of 1 MiB is told shortened", () => {
  const [code] = codesOf(`? ${filled("k")}\n: 1\n${SHORTEST}`);
  expect(code).toBe("RECIPE_UNKNOWN_KEY");
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("the key %s is nothing special", (key) => {
  const code = key === "__proto__" ? "RECIPE_NOT_PLAIN" : "RECIPE_UNKNOWN_KEY";
  expect(codesOf(`${SHORTEST}${key}: { polluted: 1 }\n`)).toEqual([code]);
  expect(codesOf(`${SHORTEST}budget: { ${key}: 1 }\n`)).toEqual([code]);
  expect(
    codesOf(`{ "data": { "source": "a", "target": "b" }, "${key}": { "polluted": 1 } }`, contextOf("a.recipe.json")),
  ).toEqual([code]);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("names that every object has by birth aren't taken for given fields or known words", () => {
  expect(codesOf(`${SHORTEST}metric: constructor\ntask: toString\nsearch: { sampler: __proto__ }\n`)).toEqual(
    Array.from({ length: 3 }, () => "RECIPE_UNKNOWN_NAME"),
  );
});
