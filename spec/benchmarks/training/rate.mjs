/** The machine's single-precision rate by a plain MatMul graph on one thread, and how much of it a net's steps have. */
import { adam, encodeModel, GraphBuilder, openSession, Trainer, tensor, trainingProgram } from "onnx-train";
import { uniforms } from "../random.mjs";
import { dataOf, programOptions, RATE } from "./nets.mjs";
import { passOf, timed } from "./rounds.mjs";

export const SIZE = 1024;

function matrix(name) {
  const random = uniforms(name);
  return tensor(
    "float",
    [SIZE, SIZE],
    Float32Array.from({ length: SIZE ** 2 }, () => 2 * random() - 1),
  );
}

/** A side (see rounds.mjs) that multiplies `count` times; `rate` is that of its best pass: what the machine can give. */
async function products(count) {
  const g = new GraphBuilder("product");
  const [a, b] = [matrix("a"), matrix("b")];
  g.output(g.matmul(g.input("a", "float", [SIZE, SIZE]), g.input("b", "float", [SIZE, SIZE])), "y");
  const session = await openSession(encodeModel(g.model()));
  const pass = async () => {
    const began = performance.now();
    for (let product = 0; product < count; product++) await session.run({ a, b });
    return { ms: (performance.now() - began) / count, losses: [] };
  };
  return { pass, release: () => session.release() };
}

/** Of one step of an MLP: forward, by weights, and by inputs but for the first layer. */
function perceptronFlops(sizes, batch) {
  const products = sizes.slice(1).map((size, at) => 2 * batch * sizes[at] * size);
  return products.reduce((sum, flops, at) => sum + (at === 0 ? 2 : 3) * flops, 0);
}

/** GFLOP/s of plain products and of an MLP's steps, each at its best, taken in turn. */
export async function ratesOf(net, rounds) {
  const plain = await products(5);
  const trainer = await Trainer.open(trainingProgram({ ...programOptions(net), optimizer: adam({ rate: RATE }) }));
  const { times } = await timed([plain.pass, passOf(trainer, dataOf(net)).pass], rounds);
  await Promise.all([plain.release(), trainer.release()]);
  const [product, step] = times.map(({ least }) => least);
  return { plain: (2 * SIZE ** 3) / product / 1e6, net: perceptronFlops(net.sizes, net.batch) / step / 1e6 };
}
