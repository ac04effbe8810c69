import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { decode, encode } from "../../core/store/encoding.js";

const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0),
);
const keys = fc.oneof(fc.string(), fc.constantFrom("$number", "__proto__", "constructor"));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    numbers,
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(keys, tie("value")), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
  ),
}));

test("every value comes back the same, to the bit of each number", () => {
  fc.assert(
    fc.property(value, (original) => {
      expect(isDeepStrictEqual(decode(encode(original)), original)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("what JSON can say stays JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (json) => {
      fc.pre(!JSON.stringify(json).includes("$number") && !Object.is(json, -0));
      const text = encode(json);
      if (!text.includes("$number")) expect(text).toBe(JSON.stringify(json));
    }),
  );
});

test("the text of what JSON can't say is fixed, for old stores must be read for ever", () => {
  expect(encode([Number.NaN, Number.NEGATIVE_INFINITY, -0, { $number: 1 }])).toBe(
    '[{"$number":"NaN"},{"$number":"-Infinity"},{"$number":"-0"},{"$number":[["$number",1]]}]',
  );
});
