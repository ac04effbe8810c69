import fc from "fast-check";
import { decodeBits, encodeBits } from "../../core/evaluator/bits.js";

test("has the first row in the lowest bit of the first byte", () => {
  expect([...encodeBits([1, 0, 1, 1, 0, 0, 0, 1, 1])]).toEqual([0b10001101, 1]);
});

test("what is encoded is read again, in an eighth of the rows as bytes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 70 }), (rows) => {
      const bytes = encodeBits(rows);
      expect(bytes.byteLength).toBe(Math.ceil(rows.length / 8));
      expect([...(decodeBits(bytes, rows.length) ?? [])]).toEqual(rows);
    }),
  );
});

test("bytes of another number of rows are none", () => {
  const bytes = encodeBits([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(decodeBits(bytes, 17)).toBeNull();
  expect(decodeBits(bytes, 8)).toBeNull();
  expect(decodeBits(Uint8Array.of(0xff, 0b11), 9)).toBeNull(); // a bit after the last row
  expect(decodeBits(new Uint8Array(0), 0)).toEqual(new Uint8Array(0));
});
