import fc from "fast-check";
import { areAmounts, orderOf } from "../../core/data/order.js";

/** Levels as they stand sorted by code point, and in the order that they mean. */
const SCALES: readonly (readonly [levels: string, order: string])[] = [
  ["High|Low|Medium", "Low|Medium|High"],
  ["High|Low|Medium|Very_High", "Low|Medium|High|Very_High"],
  ["Always|Never|Often|Sometimes", "Never|Sometimes|Often|Always"],
  ["Bad|Best|Better|Good", "Bad|Good|Better|Best"],
  ["Non-Travel|Travel_Frequently|Travel_Rarely", "Non-Travel|Travel_Rarely|Travel_Frequently"],
  [
    "agree|disagree|neutral|strongly agree|strongly disagree",
    "strongly disagree|disagree|neutral|agree|strongly agree",
  ],
  ["L|M|S|XL", "S|M|L|XL"],
  ["Bachelor's degree|Doctorate degree|Master's degree", "Bachelor's degree|Master's degree|Doctorate degree"],
  ["Fri|Mon|Wed", "Mon|Wed|Fri"],
  ["April|August|December", "April|August|December"],
  ["cool|hot|mild", "cool|mild|hot"],
];

const MEASURES: readonly (readonly [levels: string, order: string])[] = [
  ["1-5|11-20|6-10", "1-5|6-10|11-20"],
  ["18-24|25-34|65+|<18", "<18|18-24|25-34|65+"],
  ["0|1|2|3+", "0|1|2|3+"],
  ["1 year|10+ years|2 years|< 1 year", "< 1 year|1 year|2 years|10+ years"],
  ["10 kg|100 kg|2.5 kg", "2.5 kg|10 kg|100 kg"],
  ["10%|5%|7.5%", "5%|7.5%|10%"],
  ["$1,000|$20|$300", "$20|$300|$1,000"],
  ["$1,000 - $1,999|$100 - $999|$2,000 or more", "$100 - $999|$1,000 - $1,999|$2,000 or more"],
  ["1st|2nd|3rd|4th", "1st|2nd|3rd|4th"],
  ["1 to 2|3 to 4|up to 1", "up to 1|1 to 2|3 to 4"],
];

const NONE: readonly string[] = [
  "no|yes",
  "blue|green|red",
  "Divorced|Married|Single",
  "area_code_408|area_code_415|area_code_510",
  "02134|10001|99501",
  "1|2|3",
  "2001-01|2001-02|2002-01",
  "1-5|3-8|6-10",
  "1 kg|2 m|3 kg",
  "High|Low|Medium|Unknown",
  "A1|A2|B1",
  "1.2.3|1.2.4|2.0.0",
  "Low|low|LOW",
];

describe("an order among levels", () => {
  it.each([...SCALES, ...MEASURES])("of %s is %s", (levels, order) => {
    expect(orderOf(levels.split("|"))?.levels.join("|")).toBe(order);
  });

  it.each(NONE)("is none of %s", (levels) => {
    expect(orderOf(levels.split("|"))).toBeNull();
  });

  it("doesn't depend on how the levels stand, and keeps each once", () => {
    const all = [...SCALES, ...MEASURES].map(([levels]) => levels.split("|"));
    fc.assert(
      fc.property(
        fc.constantFrom(...all).chain((levels) => fc.shuffledSubarray(levels, { minLength: levels.length })),
        (levels) => {
          const order = orderOf(levels)?.levels ?? [];
          expect([...order].sort()).toEqual([...levels].sort());
          expect(order).toEqual(orderOf([...levels].sort())?.levels);
        },
      ),
    );
  });

  it("of numbers with a unit is that of the numbers", () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -9999, max: 99_999 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(numbers, (values) => {
        const expected = [...values].sort((a, b) => a - b).map((value) => `${value} km`);
        expect(orderOf(values.map((value) => `${value} km`))?.levels).toEqual(expected);
      }),
    );
  });

  it("is found or not found of any strings at all", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: "grapheme" }), { minLength: 3, maxLength: 9 }), (levels) => {
        const order = orderOf(levels);
        if (order !== null) expect([...order.levels].sort()).toEqual([...levels].sort());
        expect(typeof areAmounts(levels)).toBe("boolean");
      }),
    );
  });
});

test.each([
  ["$1,200|$3.50", true],
  ["1 kg|2 kg", true],
  ["1|2", false],
  ["12-3456|12-3457", false],
  ["a1|b2", false],
])("that %s are amounts is %s", (levels, expected) => {
  expect(areAmounts(levels.split("|"))).toBe(expected);
});
