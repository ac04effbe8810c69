import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeModel, GraphBuilder, tensor } from "onnx-train";
import { weightedModel } from "../support/weighted.js";

const { weighed }: typeof import("../../workers/scale.js") = await import(
  new URL("../../dist/workers/scale.js", import.meta.url).href
);

const MIB = 2 ** 20;

/** A model with this many bytes of weights. */
function heavy(bytes: number): Uint8Array {
  const graph = new GraphBuilder("heavy");
  const weights = graph.initializer(tensor("float", [1, bytes / 4], new Float32Array(bytes / 4).fill(0.5)));
  const product = graph.op("Mul", [graph.input("x", "float", [1, 1]), weights]);
  graph.output(graph.op("ReduceSum", [product], { keepdims: 1 }), "y", { element: "float", shape: [1, 1] });
  return encodeModel(graph.model());
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sous-scale-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function weigh(bytes: Uint8Array): Promise<number> {
  const path = join(folder, "model.onnx");
  await writeFile(path, bytes);
  return weighed(path);
}

test("a model takes its weights, once or a few times, and a small one next to nothing", async () => {
  const small = await weigh(weightedModel({ a: 1, b: 2 }));
  // a kernel that takes cold pages back between two looks hides memory, and never makes any
  const looks = [await weigh(heavy(32 * MIB)), await weigh(heavy(32 * MIB)), await weigh(heavy(32 * MIB))];
  const large = Math.max(...looks);
  expect(small).toBeLessThan(16 * MIB);
  expect(large).toBeGreaterThan(32 * MIB);
  expect(large).toBeLessThan(6 * 32 * MIB);
});

test("a model weighs the same where the process that asks is a large one", async () => {
  const ballast = Buffer.alloc(300 * MIB, 1);
  expect(await weigh(heavy(32 * MIB))).toBeGreaterThan(32 * MIB);
  expect(ballast).toHaveLength(300 * MIB);
});

test("a file that can't be loaded is an error with a code", async () => {
  await expect(weigh(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: "MODEL_RUN" });
});
