import fc from "fast-check";
import { canonicalJson, deepFreeze } from "../core/json.js";

describe("canonicalJson", () => {
  test("writes the example of RFC 8785, section 3.2.2, as its section 3.2.3 has it", () => {
    const value: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test("sorts keys by UTF-16 code units, as RFC 8785, section 3.2.3, has it", () => {
    const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 };
    const order = [...canonicalJson(value).matchAll(/:(\d)/g)].map((match) => Number(match[1]));
    expect(order).toEqual([2, 4, 6, 7, 1, 5, 3]);
  });

  test("says the same for every order of the same members, and parses back to the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("writes -0 as 0, leaves undefined members out, and takes objects without a prototype", () => {
    expect(canonicalJson({ b: -0, a: undefined })).toBe('{"b":0}');
    expect(canonicalJson(Object.assign(Object.create(null), { x: [] }))).toBe('{"x":[]}');
  });

  test.each([
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["undefined", [undefined]],
    ["bigint", 1n],
    ["Date", new Date(0)],
    ["Map", new Map()],
    ["Float64Array", { a: new Float64Array(1) }],
  ])("refuses %s by name", (name, value) => {
    expect(() => canonicalJson(value)).toThrow(new TypeError(`canonical JSON has no ${name}`));
  });
});

describe("deepFreeze", () => {
  test("freezes what lies in an object that is frozen already", () => {
    const value = deepFreeze(Object.freeze({ list: [{ x: 1 }], bytes: new Uint8Array(1) }));
    expect(Object.isFrozen(value.list)).toBe(true);
    expect(Object.isFrozen(value.list[0])).toBe(true);
    expect(() => value.list.push({ x: 2 })).toThrow(TypeError);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
