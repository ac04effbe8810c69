/** The machine's single-precision rate: a plain MatMul graph on one thread, in GFLOP/s. */
import { encodeModel, GraphBuilder, openSession, tensor } from "onnx-train";
import { uniforms } from "../random.mjs";

const SIZE = 1024;

function matrix(name) {
  const random = uniforms(name);
  return tensor(
    "float",
    [SIZE, SIZE],
    Float32Array.from({ length: SIZE ** 2 }, () => 2 * random() - 1),
  );
}

/** Of the best pass: the rate that the machine can give, when nobody else takes from it. */
export async function matrixRate(passes) {
  const g = new GraphBuilder("product");
  const [a, b] = [matrix("a"), matrix("b")];
  g.output(g.matmul(g.input("a", "float", [SIZE, SIZE]), g.input("b", "float", [SIZE, SIZE])), "y");
  const session = await openSession(encodeModel(g.model()));
  let least = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < passes; pass++) {
    const began = performance.now();
    await session.run({ a, b });
    least = Math.min(least, performance.now() - began);
  }
  await session.release();
  return (2 * SIZE ** 3) / least / 1e6;
}
