/** Damaged files. `SOUS_FUZZ=1000 npm run jest -- spec/onnx-train/codec/fuzz` runs 1,000 times as many. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { checkModel, convertModel, decodeModel, encodeModel, OnnxError } from "onnx-train";

const TIMES = Number(process.env.SOUS_FUZZ ?? 1);
const FOLDER = new URL("../../fixtures/onnx/", import.meta.url);
const KEPT = new Uint8Array(readFileSync(new URL("kept.onnx", FOLDER)));
const FOREIGN = new Uint8Array(readFileSync(new URL("foreign.onnx", FOLDER)));
const CALLS = new Uint8Array(readFileSync(new URL("functions.onnx", FOLDER)));
const OLD = Object.values<string>(
  JSON.parse(readFileSync(new URL("versions/versions.json", FOLDER), "utf8")) as Record<string, string>,
).map((base64) => new Uint8Array(Buffer.from(base64, "base64")));

const CODES = ["none", "ONNX_MALFORMED", "ONNX_UNSUPPORTED", "ONNX_INVALID"];

function codeOf(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    return error instanceof OnnxError ? error.code : `not coded: ${error instanceof Error ? error.stack : error}`;
  }
}

type Change = readonly [kind: string, place: number, byte: number];

function damaged(source: Uint8Array, changes: readonly Change[]): Uint8Array {
  const bytes = [...source];
  for (const [kind, place, byte] of changes) {
    const at = place % (bytes.length + 1);
    if (kind === "set") bytes[Math.min(at, bytes.length - 1)] = byte;
    else if (kind === "flip") bytes[Math.min(at, bytes.length - 1)] = (bytes[at] ?? 0) ^ (1 << (byte % 8));
    else if (kind === "cut") bytes.splice(at, byte);
    else if (kind === "repeat") bytes.splice(at, 0, ...bytes.slice(at, at + byte));
    else bytes.splice(at, 0, byte);
  }
  return Uint8Array.from(bytes);
}

/** Reads, checks, raises and writes: whatever of it still works on the model. */
function through(bytes: Uint8Array): void {
  const code = codeOf(() => {
    const model = decodeModel(bytes);
    checkModel(model);
    const again = encodeModel(model);
    expect(encodeModel(decodeModel(again))).toEqual(again);
    encodeModel(convertModel(model));
  });
  expect(CODES).toContain(code);
  expect([...CODES, "ONNX_TOO_LARGE"]).toContain(codeOf(() => decodeModel(bytes, { inline: true })));
}

const EDITS = fc.array(fc.tuple(fc.constantFrom("set", "flip", "cut", "repeat", "insert"), fc.nat(1e6), fc.nat(255)), {
  minLength: 1,
  maxLength: 6,
});

describe("damaged bytes give a coded error or a model", () => {
  test.each([
    ["with all that a file may say", [KEPT]],
    ["with every kind of tensor and attribute", [FOREIGN]],
    ["with functions", [CALLS]],
    ["of older opsets", OLD],
  ])("of files %s", (_, sources) => {
    const source = fc.constantFrom(...sources);
    const property = fc.property(source, EDITS, (bytes, changes) => through(damaged(bytes, changes)));
    fc.assert(property, { seed: 1, numRuns: 400 * TIMES });
  });

  test("at every place of a file that ends there", () => {
    for (let length = 0; length < KEPT.length; length++) through(KEPT.subarray(0, length));
  });

  test("of no file at all", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), through), { seed: 3, numRuns: 400 * TIMES });
  });
});
