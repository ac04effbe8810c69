/** Arithmetic of sizes, some of which are only known at run time. "" is a size of which not even a name is known. */
import type { Dimension } from "../graph.js";

/** A size as coefficient · product of names, the names sorted: "2*N*T" is { coefficient: 2, names: ["N", "T"] }. */
interface Monomial {
  readonly coefficient: number;
  readonly names: readonly string[];
}

function monomial(dim: Dimension): Monomial {
  if (typeof dim === "number") return { coefficient: dim, names: [] };
  const [first = "", ...rest] = dim.split("*");
  return /^\d+$/.test(first)
    ? { coefficient: Number(first), names: rest }
    : { coefficient: 1, names: [first, ...rest] };
}

function dimension({ coefficient, names }: Monomial): Dimension {
  if (names.length === 0 || coefficient === 0) return coefficient;
  return [...(coefficient === 1 ? [] : [String(coefficient)]), ...[...names].sort()].join("*");
}

/** The product; "" where a factor isn't known at all. */
export function productOf(dims: readonly Dimension[]): Dimension {
  if (dims.includes("")) return dims.includes(0) ? 0 : "";
  const parts = dims.map(monomial);
  return dimension({
    coefficient: parts.reduce((product, part) => product * part.coefficient, 1),
    names: parts.flatMap((part) => part.names),
  });
}

/** a / b where it is a whole size; "" where it can't be told. */
export function quotientOf(a: Dimension, b: Dimension): Dimension {
  if (a === "" || b === "") return "";
  const over = monomial(a);
  const under = monomial(b);
  const names = [...over.names];
  for (const name of under.names) {
    const at = names.indexOf(name);
    if (at < 0) return "";
    names.splice(at, 1);
  }
  const coefficient = over.coefficient / under.coefficient;
  return Number.isInteger(coefficient) ? dimension({ coefficient, names }) : "";
}

/** Whether two sizes are surely the same. */
export function sameSize(a: Dimension, b: Dimension): boolean {
  return a !== "" && a === b;
}

/** Whether two sizes surely differ. */
export function differ(a: Dimension, b: Dimension): boolean {
  return typeof a === "number" && typeof b === "number" && a !== b;
}

/** The size of two along an axis that broadcasts; null where they can't meet. A name may stand for 1. */
export function broadcastSize(a: Dimension, b: Dimension): Dimension | null {
  if (a === 1) return b;
  if (b === 1 || a === b) return a;
  if (typeof a === "number") return typeof b === "number" ? null : a;
  return typeof b === "number" ? b : "";
}

/** The common shape (ONNX's multidirectional broadcasting); null where there is none. */
export function broadcastShapes(shapes: readonly (readonly Dimension[])[]): Dimension[] | null {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const out: Dimension[] = [];
  for (let at = 0; at < rank; at++) {
    let size: Dimension | null = 1;
    for (const shape of shapes) {
      const index = at - rank + shape.length;
      if (index >= 0 && size !== null) size = broadcastSize(size, shape[index] as Dimension);
    }
    if (size === null) return null;
    out.push(size);
  }
  return out;
}
