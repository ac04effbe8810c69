/** Features through onnxruntime beside their own `encode`. */
import { encodeModel, GraphBuilder, openSession } from "onnx-train";
import { feedOf } from "../../core/evaluator/feeds.js";
import { type FittedFeatures, rawInputs, type Table } from "../../core/plugin/index.js";

/** What a graph that does nothing but emit the features gives, [rows × width]. */
export async function throughOnnx(features: FittedFeatures, table: Table): Promise<Float32Array> {
  const session = await openSession(encodeModel(graphOf(features)));
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const feeds = features.columns.map(({ name }) => {
    const column = byName.get(name);
    if (column === undefined) throw new Error(`no column ${name}`);
    return [name, feedOf(column, 0, table.rows)] as const;
  });
  const { features: found } = await session.run(Object.fromEntries(feeds));
  await session.release();
  expect(found?.dims).toEqual([table.rows, features.width]);
  return Float32Array.from(found?.data as Float32Array);
}

export function bytesOf(features: FittedFeatures): Uint8Array {
  return encodeModel(graphOf(features));
}

function graphOf(features: FittedFeatures) {
  const graph = new GraphBuilder("features", { domains: features.domains });
  const value = features.emit(graph, rawInputs(graph, features.columns));
  graph.output(value, "features", { element: "float", shape: ["N", features.width] });
  return graph.model();
}

/** The largest difference of two numbers, relative to the larger of 1 and the number; NaN where one is not finite. */
export function farthest(one: Float32Array, other: Float32Array): number {
  expect(other.length).toBe(one.length);
  return one.reduce((most, value, at) => {
    const difference = Math.abs(value - (other[at] as number)) / Math.max(1, Math.abs(value));
    return Number.isFinite(difference) ? Math.max(most, difference) : Number.NaN;
  }, 0);
}
