import { readFileSync } from "node:fs";
import {
  convertModel,
  decodeModel,
  encodeModel,
  GraphBuilder,
  gradients,
  openSession,
  type Tensor,
  tensor,
  type Value,
} from "onnx-train";
import { expectClose } from "./vectors.js";

interface Plain {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

interface Exported {
  readonly x: Plain;
  readonly y: Plain;
  readonly dy: Plain;
  readonly gradients: Readonly<Record<string, Plain>>;
}

const FIXTURES = new URL("../../fixtures/onnx/", import.meta.url);
const CASES: Readonly<Record<string, Exported>> = JSON.parse(readFileSync(new URL("exported.json", FIXTURES), "utf8"));

/** Weights that the exporter left as they are (it transposes others) become inputs. */
function inlined(g: GraphBuilder, name: string, wanted: Exported) {
  const { graph } = convertModel(decodeModel(readFileSync(new URL(`exported-${name}.onnx`, FIXTURES))));
  const [x] = graph.inputs as [Value];
  const input = g.input("x", x.type?.element ?? "float", ["N", ...wanted.x.dims.slice(1)]);
  const kept = [...graph.initializers].filter(([value]) => Object.hasOwn(wanted.gradients, value.name));
  const weights = kept.map(([value, held]) => ({ value, held, own: g.input(value.name, held.element, held.dims) }));
  const bound = new Map([[x, input], ...weights.map(({ value, own }) => [value, own] as const)]);
  const y = g.inline(graph, bound).get(graph.outputs[0] as Value) as Value;
  return { x: input, y, weights };
}

describe("gradients of nets from PyTorch's exporter", () => {
  it.each(Object.entries(CASES))("are those of PyTorch: %s", async (name, wanted) => {
    const g = new GraphBuilder(name);
    const { x, y, weights } = inlined(g, name, wanted);
    const loss = g.reduceSum(g.mul(y, g.initializer(tensor("float", wanted.dy.dims, wanted.dy.data))));
    const found = gradients(
      g,
      loss,
      weights.map(({ own }) => own),
    );
    g.output(y, "y");
    for (const [at, { own }] of weights.entries()) g.output(found[at] as Value, `d ${own.name}`);
    const session = await openSession(encodeModel(g.model()));
    const feeds: Record<string, Tensor> = { x: tensor(x.type?.element ?? "float", wanted.x.dims, wanted.x.data) };
    for (const { own, held } of weights) feeds[own.name] = held;
    const results = await session.run(feeds);
    await session.release();
    expect(weights.length).toBeGreaterThanOrEqual(Object.keys(wanted.gradients).length / 2);
    expectClose("y", results.y, wanted.y, 1e-5);
    for (const { own } of weights)
      expectClose(own.name, results[`d ${own.name}`], wanted.gradients[own.name] as Plain, 1e-5);
  });
});
