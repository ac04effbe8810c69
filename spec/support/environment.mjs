/** Jest runs tests in a realm of its own, whose typed arrays onnxruntime-node and structured clone refuse; this gives it Node's. */
import { TestEnvironment } from "jest-environment-node";

const SHARED = [
  "Float32Array",
  "Float64Array",
  "Int8Array",
  "Uint8Array",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "ArrayBuffer",
  "SharedArrayBuffer",
];

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of SHARED) this.global[name] = globalThis[name];
  }
}
