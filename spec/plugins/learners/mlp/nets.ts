/** Nets of every kind, small, and rows for them. */
import type { FeaturePart } from "../../../../core/plugin/index.js";
import type { NetShape } from "../../../../plugins/learners/mlp/net.js";
import { noise } from "../linear/oracle.js";

const WIDTH = 6;

function part(kind: string, from: number, to: number): FeaturePart {
  return { kind, from, to, sizes: null };
}

const PLAIN: NetShape = {
  width: WIDTH,
  parts: [part("quantile", 0, 3), part("one_hot", 3, 5), part("quantile", 5, 6)],
  layers: 2,
  units: 5,
  blocks: "plain",
  shared: null,
  outputs: 3,
  dropout: 0,
  numbers: "plain",
};

/** Of each choice of blocks, members and numbers with each other one. */
export const SHAPES: readonly (readonly [name: string, shape: NetShape])[] = (["plain", "residual"] as const).flatMap(
  (blocks) =>
    [null, 4].flatMap((shared) =>
      (["plain", "waves", "pieces"] as const).map((numbers): [string, NetShape] => [
        [blocks, shared === null ? "separate" : "shared", numbers].join(", "),
        { ...PLAIN, blocks, shared, numbers },
      ]),
    ),
);

/** Quantities, and levels as 0 and 1, as the shapes' parts have them. */
export function rowsOf(count: number, seed: number): Float32Array {
  const levels = [3, 2, 2];
  return Float32Array.from(noise(seed, count * WIDTH), (value, at) => {
    const column = at % WIDTH;
    return column < 3 ? value : at % (levels[column - 3] as number);
  });
}
