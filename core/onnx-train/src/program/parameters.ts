/**
 * How weights lie in a program's state. A step of an optimizer is a dozen operators per tensor, and each call of one costs
 * about a microsecond: small tensors therefore share one vector; large ones stay as they are. With several models at once
 * every tensor has the models as its first axis.
 */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";
import { elementCount, type Tensor } from "../tensor.js";

export interface Parameter {
  readonly name: string;
  /** Of one model. */
  readonly dims: readonly number[];
}

/** What trains together: one tensor, or several packed in order into a vector. */
export interface ParameterGroup {
  /** Of one model. */
  readonly dims: readonly number[];
  readonly parameters: readonly Parameter[];
  /** Which of the program's settings it takes its factors from. */
  readonly setting: number;
}

/** How tensors lie in one value. */
type Packing = Pick<ParameterGroup, "dims" | "parameters">;

/** How many models a program trains, as the axis in front of everything that each has for itself; null: one, no axis. */
export type Models = number | null;

/** From this many elements on, copies into and out of a shared vector cost more than the calls that it saves. */
const LARGE = 32_768;

/** @param settingOf a number for each parameter: those of different numbers are never packed together */
export function groupsOf(parameters: readonly Parameter[], settingOf: (name: string) => number): ParameterGroup[] {
  const settings = [...new Set(parameters.map(({ name }) => settingOf(name)))].sort((a, b) => a - b);
  return settings.flatMap((setting) => {
    const own = parameters.filter(({ name }) => settingOf(name) === setting);
    const isLarge = ({ dims }: Parameter) => elementCount(dims) >= LARGE;
    const small = own.filter((parameter) => !isLarge(parameter));
    const total = small.reduce((sum, { dims }) => sum + elementCount(dims), 0);
    const packed = small.length === 0 ? [] : [{ dims: [total], parameters: small, setting }];
    const large = own.filter(isLarge).map((parameter) => ({ dims: parameter.dims, parameters: [parameter], setting }));
    return [...packed, ...large];
  });
}

/** Dimensions with those of the models in front. */
export function withModels(dims: readonly number[], models: Models): readonly number[] {
  return models === null ? dims : [models, ...dims];
}

function isPacked({ parameters: [first, ...rest], dims }: Packing): boolean {
  return rest.length > 0 || first?.dims !== dims;
}

/** The group's tensors, from the value that holds them. */
export function unpacked(g: GraphBuilder, group: Packing, held: Value, models: Models): Value[] {
  if (!isPacked(group)) return [held];
  const sizes = group.parameters.map(({ dims }) => elementCount(dims));
  const parts = sizes.length === 1 ? [held] : g.split(held, sizes, models === null ? 0 : 1);
  return group.parameters.map(({ dims }, index) => {
    const part = parts[index] ?? held;
    return dims.length === 1 ? part : g.reshape(part, withModels(dims, models));
  });
}

/** One value from the group's tensors. */
export function packed(g: GraphBuilder, group: ParameterGroup, tensors: readonly Value[], models: Models): Value {
  const [first] = tensors;
  if (!isPacked(group) && first !== undefined) return first;
  const flat = tensors.map((value, index) =>
    group.parameters[index]?.dims.length === 1 ? value : g.reshape(value, withModels([-1], models)),
  );
  return flat.length === 1 && flat[0] ? flat[0] : g.concat(flat, models === null ? 0 : 1);
}

/**
 * The same outside of a graph: one array from tensors by name, one map for each model.
 */
export function packedData(
  { dims, parameters }: Packing,
  models: readonly ReadonlyMap<string, Tensor>[],
): Float32Array {
  const each = elementCount(dims);
  const all = new Float32Array(each * models.length);
  for (const [model, tensors] of models.entries()) {
    let at = model * each;
    for (const { name, dims: own } of parameters) {
      const data = tensors.get(name)?.data;
      if (data !== undefined) all.set(data as Float32Array, at);
      at += elementCount(own);
    }
  }
  return all;
}

/** One model's tensors by name, as views of the group's array. */
export function unpackedData({ dims, parameters }: Packing, all: Float32Array, model: number): [string, Tensor][] {
  let at = model * elementCount(dims);
  return parameters.map(({ name, dims: own }) => {
    const data = all.subarray(at, at + elementCount(own));
    at += data.length;
    return [name, { element: "float", dims: own, data }];
  });
}
