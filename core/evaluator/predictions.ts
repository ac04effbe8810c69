/**
 * Predictions for the select side as artifacts: float32, little-endian, row by row, without a header, since the snapshot
 * has the rows and the classes. That is what onnxruntime gives, so nothing is lost.
 */
import { SousError } from "../errors.js";
import type { Prediction } from "../plugin/index.js";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

export function encodePrediction(prediction: Prediction): Uint8Array {
  const bytes = new Uint8Array(prediction.length * FLOAT);
  const view = new DataView(bytes.buffer);
  prediction.forEach((value, at) => {
    view.setFloat32(at * FLOAT, value, true);
  });
  return bytes;
}

/** @throws SousError MODEL_PREDICTION where it is not of this many numbers */
export function decodePrediction(bytes: Uint8Array, numbers: number): Prediction {
  if (bytes.byteLength !== numbers * FLOAT) {
    const reason = `it has ${bytes.byteLength} bytes where ${numbers} numbers were due`;
    throw new SousError("MODEL_PREDICTION", { source: "stored prediction", reason });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: numbers }, (_, at) => view.getFloat32(at * FLOAT, true));
}
