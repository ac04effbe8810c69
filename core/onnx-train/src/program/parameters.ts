/**
 * How weights lie in a program's state. A step of an optimizer is a dozen operators per tensor, and each call of one costs
 * about a microsecond: small tensors therefore share one vector; large ones stay as they are.
 */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";
import { elementCount, type Tensor } from "../tensor.js";

export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
}

/** What trains together: one tensor, or several packed in order into a vector. */
export interface ParameterGroup {
  readonly dims: readonly number[];
  readonly parameters: readonly Parameter[];
}

/** From this many elements on, copies into and out of a shared vector cost more than the calls that it saves. */
const LARGE = 32_768;

export function groupsOf(parameters: readonly Parameter[]): ParameterGroup[] {
  const small = parameters.filter(({ dims }) => elementCount(dims) < LARGE);
  const large = parameters.filter(({ dims }) => elementCount(dims) >= LARGE);
  const total = small.reduce((sum, { dims }) => sum + elementCount(dims), 0);
  const packed = small.length === 0 ? [] : [{ dims: [total], parameters: small }];
  return [...packed, ...large.map((parameter) => ({ dims: parameter.dims, parameters: [parameter] }))];
}

function isPacked({ parameters: [first, ...rest], dims }: ParameterGroup): boolean {
  return rest.length > 0 || first?.dims !== dims;
}

/** The group's tensors, from the value that holds them. */
export function unpacked(g: GraphBuilder, group: ParameterGroup, held: Value): Value[] {
  if (!isPacked(group)) return [held];
  const sizes = group.parameters.map(({ dims }) => elementCount(dims));
  const parts = sizes.length === 1 ? [held] : g.split(held, sizes, 0);
  return group.parameters.map(({ dims }, index) => g.reshape(parts[index] ?? held, dims));
}

/** One value from the group's tensors. */
export function packed(g: GraphBuilder, group: ParameterGroup, tensors: readonly Value[]): Value {
  const [first] = tensors;
  if (!isPacked(group) && first !== undefined) return first;
  const flat = tensors.map((value) => g.reshape(value, [-1]));
  return flat.length === 1 && flat[0] ? flat[0] : g.concat(flat, 0);
}

/** The same outside of a graph: one array from tensors by name. */
export function packedData(group: ParameterGroup, tensors: ReadonlyMap<string, Tensor>): Float32Array {
  const all = new Float32Array(elementCount(group.dims));
  let at = 0;
  for (const { name, dims } of group.parameters) {
    all.set((tensors.get(name)?.data ?? []) as Float32Array, at);
    at += elementCount(dims);
  }
  return all;
}

/** Tensors by name, as views of the group's array. */
export function unpackedData(group: ParameterGroup, all: Float32Array): [string, Tensor][] {
  let at = 0;
  return group.parameters.map(({ name, dims }) => {
    const data = all.subarray(at, at + elementCount(dims));
    at += data.length;
    return [name, { element: "float", dims, data }];
  });
}
