import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  decodeModel,
  encodeModel,
  GraphBuilder,
  type Model,
  openSession,
  readModelFile,
  tensor,
  writeModelFile,
} from "onnx-train";

/** Written by Python's onnx, with its tensors in large.data: spec/fixtures/onnx/kept.py. */
const LARGE = fileURLToPath(new URL("../fixtures/onnx/large.onnx", import.meta.url));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onnx-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function tensors({ graph }: Model): Record<string, unknown> {
  return Object.fromEntries(
    [...graph.initializers].map(([value, { element, dims, data }]) => [value.name, { element, dims, data }]),
  );
}

function weights(): Model {
  const g = new GraphBuilder("weights");
  const x = g.input("x", "float", ["N", 100]);
  const w = g.named(
    "w",
    tensor(
      "float",
      [100, 30],
      Float32Array.from({ length: 3000 }, (_, at) => Math.sin(at)),
    ),
  );
  const b = g.named(
    "b",
    tensor(
      "float",
      [30],
      Float32Array.from({ length: 30 }, (_, at) => at),
    ),
  );
  g.output(g.gemm(x, w, b), "y");
  return g.model();
}

/** The model with its one external tensor somewhere else. */
function placed(entries: Record<string, string>): string {
  const model = weights();
  const path = join(folder, "placed.onnx");
  const place = { location: "there", offset: 0 };
  const bytes = encodeModel(model, { external: (_, name) => (name === "w" ? place : null) });
  const text = Buffer.from(bytes);
  writeFileSync(path, text);
  for (const [from, to] of Object.entries(entries)) {
    if (from.length !== to.length) throw new Error("a place of another length");
    const at = text.indexOf(from);
    text.write(to, at, "latin1");
  }
  writeFileSync(path, text);
  return path;
}

describe("models in files", () => {
  test("reads tensors that Python's onnx wrote into another file", () => {
    expect(tensors(readModelFile(LARGE))).toEqual({
      w: { element: "float", dims: [3, 4], data: Float32Array.from({ length: 12 }, (_, at) => at) },
      b: { element: "float", dims: [4], data: Float32Array.of(0, 0.5, 1, 1.5) },
      six: { element: "int64", dims: [6], data: BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n) },
    });
    expect(() => decodeModel(new Uint8Array(readFileSync(LARGE)))).toThrow(
      "in another file: read the model with readModelFile",
    );
  });

  test("writes large tensors beside the model, each from the start of a page, and reads them again", async () => {
    const model = weights();
    const path = join(folder, "model.onnx");
    writeModelFile(path, model, { external: 100 });
    expect(readdirSync(folder).sort()).toEqual(["model.onnx", "model.onnx.data"]);
    const side = readFileSync(`${path}.data`);
    expect(side.length).toBe(3 * 4096 + 4096);
    expect(side.readFloatLE(4)).toBe(Math.fround(Math.sin(1)));
    expect(side.readFloatLE(3 * 4096 + 4)).toBe(1);
    expect(tensors(readModelFile(path))).toEqual(tensors(model));
    writeModelFile(path, model, { external: 1_000 });
    expect(tensors(readModelFile(path))).toEqual(tensors(model));
    writeModelFile(path, model);
    const session = await openSession(new Uint8Array(readFileSync(path)));
    expect((await session.run({ x: tensor("float", [1, 100], new Float32Array(100)) })).y?.data[29]).toBe(29);
    await session.release();
  });

  test("leaves no half of a file, and the old one, where it can't write", () => {
    const path = join(folder, "model.onnx");
    writeModelFile(path, weights());
    const before = readFileSync(path);
    const broken = { ...weights(), irVersion: 0 };
    expect(() => writeModelFile(path, broken, { external: 1 })).toThrow("IR version has version 0");
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(["model.onnx"]);
    expect(() => writeModelFile(join(folder, "model.onnx", "in a file"), weights())).toThrow("ENOTDIR");
  });

  test("refuses a model of more than 2 GiB by its size alone", () => {
    const path = join(folder, "hollow.onnx");
    writeFileSync(path, "");
    truncateSync(path, 2 ** 31);
    expect(() => readModelFile(path)).toThrow("the file has 2147483648 bytes, and protobuf allows 2147483647");
  });

  test.each([
    ["a folder above", "../up", "leads out of the model's folder"],
    ["a folder above, from within", "a/../b", "leads out of the model's folder"],
    ["Windows' way up", "..\\up", "leads out of the model's folder"],
    ["a path from the root", "/etc/", "leads out of the model's folder"],
    ["a drive", "C:abc", "leads out of the model's folder"],
    ["a file that isn't there", "other", "there is no such file"],
    ["the folder itself", ".////", "leads out of the model's folder"],
  ])("refuses data in %s", (_, location, message) => {
    const exact = location.padEnd(5, "x").slice(0, 5);
    expect(exact).toHaveLength(5);
    expect(() => readModelFile(placed({ there: exact }))).toThrow(message);
  });

  test("refuses links out of the folder, folders, and files that are too short", () => {
    const path = placed({});
    const there = join(folder, "there");
    symlinkSync(LARGE, there);
    expect(() => readModelFile(path)).toThrow("leads out of the model's folder");
    rmSync(there);
    writeFileSync(join(folder, "real"), new Uint8Array(12_000));
    symlinkSync("real", there);
    expect(tensors(readModelFile(path)).w).toMatchObject({ data: new Float32Array(3000) });
    truncateSync(join(folder, "real"), 11_999);
    expect(() => readModelFile(path)).toThrow("it has 11999 bytes, not 12000");
    rmSync(there);
    linkSync(join(folder, "real"), there);
    expect(existsSync(there)).toBe(true);
  });

  test.each([
    // "offset" has six letters, the tag and the length of its value two bytes
    ["an offset behind the end", "offset\x12\x010", "offset\x12\x019"],
    ["an offset that is no number", "offset\x12\x010", "offset\x12\x01-"],
    ["another length than the tensor's", "12000", "12001"],
    ["a length that is no number", "12000", "1e004"],
  ])("refuses %s", (_, from, to) => {
    const path = placed({ [from]: to });
    writeFileSync(join(folder, "there"), new Uint8Array(12_000));
    expect(() => readModelFile(path)).toThrow(expect.objectContaining({ code: "ONNX_MALFORMED" }));
  });
});
