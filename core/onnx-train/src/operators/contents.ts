/** The numbers that follow from shapes while a graph is built: exported models work their shapes out with operators. */
import { ELEMENT_CODES } from "../elements.js";
import type { Dimension } from "../graph.js";
import { productOf, quotientOf } from "./dimensions.js";
import { type Call, inputShape, inputType, intAttribute, intsAttribute, numbers } from "./operator.js";

type Contents = readonly Dimension[] | null;

export function shapeContents(call: Call): Contents {
  const shape = inputShape(call, 0);
  const end = call.attributes.end === undefined ? undefined : intAttribute(call, "end", 0);
  return shape?.slice(intAttribute(call, "start", 0), end) ?? null;
}

export function sizeContents(call: Call): Contents {
  const shape = inputShape(call, 0);
  return shape && [productOf(shape)];
}

/** What is behind the point goes where numbers become whole. */
export function castContents(call: Call): Contents {
  const to = intAttribute(call, "to", 0);
  const isExact = to === ELEMENT_CODES.float || to === ELEMENT_CODES.double;
  const values = call.elements(0);
  return isExact ? values : (values?.map((value) => (typeof value === "number" ? Math.trunc(value) : value)) ?? null);
}

/** An input's elements with its sizes, where both are known. */
function laidOut(call: Call): { readonly values: readonly Dimension[]; readonly sizes: readonly number[] } | null {
  const [values, shape] = [call.elements(0), inputShape(call, 0)];
  return values && shape?.every((size) => typeof size === "number") ? { values, sizes: shape } : null;
}

/** What lies at the crossings of places along each axis, which `of` gives for a size. */
export function crossings(call: Call, of: (axis: number, size: number) => readonly number[]): Contents {
  const known = laidOut(call);
  if (known === null) return null;
  const at = known.sizes.reduce<number[]>(
    (found, size, axis) => found.flatMap((first) => of(axis, size).map((place) => first * size + place)),
    [0],
  );
  return at.map((index) => known.values[index] ?? "");
}

/** The elements in the order of other axes. */
export function transposedContents(call: Call): Contents {
  const known = laidOut(call);
  if (known === null) return null;
  const { sizes, values } = known;
  const perm = intsAttribute(call, "perm") ?? sizes.map((_, axis) => sizes.length - 1 - axis);
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1));
  const along = (axis: number) => Array.from({ length: sizes[axis] ?? 0 }, (_, place) => place * (strides[axis] ?? 1));
  const at = perm.reduce<number[]>((found, axis) => found.flatMap((first) => along(axis).map((by) => first + by)), [0]);
  return at.map((index) => values[index] ?? "");
}

export function gatheredContents(call: Call): Contents {
  const values = call.contents(0);
  const indices = numbers(call, 1);
  return (values && indices?.map((at) => values.at(at) ?? "")) ?? null;
}

export function joinedContents(call: Call): Contents {
  const parts = call.inputs.map((_, index) => call.contents(index));
  return parts.every((part) => part !== null) ? parts.flat() : null;
}

export function filledContents(call: Call): Contents {
  const count = numbers(call, 0);
  const { value } = call.attributes;
  if (count?.length !== 1 || value?.kind !== "tensor" || !isWhole(value.value.element)) return null;
  return Array.from({ length: count[0] ?? 0 }, () => Number(value.value.data[0]));
}

export function rangeContents(call: Call): Contents {
  const [start, end, step] = [numbers(call, 0)?.[0], numbers(call, 1)?.[0], numbers(call, 2)?.[0]];
  if (start === undefined || end === undefined || step === undefined) return null;
  return Array.from({ length: Math.max(0, Math.ceil((end - start) / step)) }, (_, at) => start + at * step);
}

function isWhole(element: string | undefined): boolean {
  return element === "int64" || element === "int32";
}

/** Element by element; a single one goes with each of the other. */
function pairs(call: Call, first: number): readonly (readonly [Dimension, Dimension])[] | null {
  const [a, b] = [call.contents(first), call.contents(first + 1)];
  if (a === null || b === null) return null;
  const count = a.length === 1 ? b.length : a.length;
  return Array.from({ length: count }, (_, at) => [nth(a, at), nth(b, at)]);
}

function nth(values: readonly Dimension[], at: number): Dimension {
  return values[values.length === 1 ? 0 : at] ?? "";
}

/** Contents of an operator of two inputs, worked out pair by pair; null where one of the results isn't known. */
export function pairwise(rule: (a: Dimension, b: Dimension) => Dimension | null): (call: Call) => Contents {
  return (call) => {
    if (!isWhole(inputType(call, 0)?.element)) return null;
    const found = pairs(call, 0)?.map(([a, b]) => rule(a, b)) ?? [null];
    return found.every((one) => one !== null) ? found : null;
  };
}

/** A rule for numbers; names of sizes give something that isn't known. */
function ofNumbers(rule: (a: number, b: number) => number): (a: Dimension, b: Dimension) => Dimension {
  return (a, b) => (typeof a === "number" && typeof b === "number" ? rule(a, b) : "");
}

export const SUM = pairwise((a, b) => (a === 0 ? b : b === 0 ? a : ofNumbers((x, y) => x + y)(a, b)));
export const DIFFERENCE = pairwise((a, b) => (b === 0 ? a : ofNumbers((x, y) => x - y)(a, b)));
export const PRODUCT = pairwise((a, b) => productOf([a, b]));
export const QUOTIENT = pairwise((a, b) =>
  typeof a === "number" && typeof b === "number" ? Math.trunc(a / b) : quotientOf(a, b),
);
/** 1 where both are the same number, 0 where they differ. A name stands for a size, which is never below 0. */
export const SAMENESS = pairwise((a, b) => {
  if (typeof a === "number" && typeof b === "number") return a === b ? 1 : 0;
  const [low] = [a, b].filter((one) => typeof one === "number");
  if (low !== undefined && low < 0) return 0;
  return a === b && a !== "" ? 1 : null;
});

/** The second input's where the first holds 1, else the third's. */
export function chosenContents(call: Call): Contents {
  const choice = call.contents(0);
  const branches = pairs(call, 1);
  if (choice === null || branches === null) return null;
  const count = Math.max(choice.length, branches.length);
  return Array.from({ length: count }, (_, at) => {
    const [yes, no] = branches[branches.length === 1 ? 0 : at] ?? ["", ""];
    return nth(choice, at) === 1 ? yes : no;
  });
}
