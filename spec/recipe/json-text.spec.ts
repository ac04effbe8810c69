import fc from "fast-check";
import { jsonTree } from "../../core/recipe/json-text.js";
import { Tree, Unreadable } from "../../core/recipe/place.js";

/** The value, or the offset at which the reader stopped. */
function read(text: string): { value: unknown } | { offset: number } {
  try {
    return { value: jsonTree(text, new Tree(() => 1))?.value };
  } catch (error) {
    if (error instanceof Unreadable) return { offset: error.fault.offset };
    throw error;
  }
}

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null; // JSON.parse is the oracle of what is JSON
  }
}

const json = fc.json({ maxDepth: 4 }).filter((text) => !text.includes("__proto__") && !text.includes("-0"));
const spaced = fc
  .tuple(json, fc.constantFrom(0, 1, 2, "\t"))
  .map(([text, space]) => JSON.stringify(JSON.parse(text), null, space));

test("what is JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(spaced, (text) => expect(read(text)).toEqual(parse(text))),
    { numRuns: 300 },
  );
});

test("what is no JSON is refused, and nothing else", () => {
  const junk = fc.constantFrom(
    ..."{}[]:,\"'\\/ \n\t\x019-+.eEtfn#".split(""),
    "null",
    "\u00a0",
    "\ufeff",
    "//",
    "NaN",
    "0x1",
  );
  const spoilt = fc.tuple(spaced, fc.nat(), fc.nat(3), junk).map(([text, at, cut, word]) => {
    const index = at % (text.length + 1);
    return text.slice(0, index) + word + text.slice(index + cut);
  });
  fc.assert(
    fc.property(spoilt, (text) => {
      fc.pre(text.trim() !== "");
      expect("value" in read(text)).toBe(parse(text) !== null);
    }),
    { numRuns: 1500 },
  );
});

test.each([
  ["", "{", 1],
  ["", '{"a" 1}', 5],
  ["", "[1,]", 3],
  ["", "[01]", 2],
  ["", '["\t"]', 1],
  ["", '["\\x"]', 1],
  ["", "[1] 2", 4],
  ["", "\u00a0[]", 0],
])("%s%j is refused at offset %d", (_, text, offset) => {
  expect(read(text)).toEqual({ offset });
});
