import fc from "fast-check";
import { decodePrediction, encodePrediction } from "../../core/evaluator/predictions.js";

it("keeps what a model of single precision predicts, bit for bit, in four bytes a number", () => {
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true }), (values) => {
      const bytes = encodePrediction(Float64Array.from(values));
      expect(bytes).toHaveLength(4 * values.length);
      expect(decodePrediction(bytes, values.length)).toEqual(Float64Array.from(values));
    }),
  );
});

it("is little-endian whatever the machine is", () => {
  expect(Array.from(encodePrediction(Float64Array.of(1)))).toEqual([0, 0, 0x80, 0x3f]);
});

it("refuses what is of another size", () => {
  expect(() => decodePrediction(new Uint8Array(12), 4)).toThrow("12 bytes where 4 numbers were due");
});
