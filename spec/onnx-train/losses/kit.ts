/** Losses as graphs: the value on given outputs and data, and the gradient by the output. */
import { encodeModel, GraphBuilder, gradients, type Loss, openSession, type Tensor, type Value } from "onnx-train";

export interface Given {
  readonly output: Tensor;
  readonly data: Readonly<Record<string, Tensor>>;
}

/** The graph of a loss of one output, with the gradient by it. */
export function lossGraph(loss: Loss, { output, data }: Given): GraphBuilder {
  const g = new GraphBuilder("loss");
  const [, ...dims] = output.dims;
  const y = g.input("output", "float", ["batch", ...dims]);
  const columns = Object.entries(loss.data).map(
    ([name, { element, shape }]) => [name, g.input(name, element, ["batch", ...shape])] as const,
  );
  const held = new Map(columns);
  const value = loss.build({
    g,
    output: () => y,
    data: (name) => held.get(name) as Value,
  });
  expect([...held.keys()].toSorted()).toEqual(Object.keys(data).toSorted());
  const [gradient] = gradients(g, value, [y]);
  g.output(value, "value", { element: "float", shape: [] });
  if (gradient) g.output(gradient, "gradient", { element: "float", shape: null });
  return g;
}

export async function evaluated(loss: Loss, given: Given): Promise<{ value: Tensor; gradient: number[] }> {
  const session = await openSession(encodeModel(lossGraph(loss, given).model()));
  const { value, gradient } = await session.run({ output: given.output, ...given.data });
  await session.release();
  expect(gradient?.dims).toEqual(given.output.dims);
  return { value: value as Tensor, gradient: Array.from(gradient?.data as Float32Array) };
}
