/** The net itself: numbers of a row to scores, one for each class, or the standardised value of a regression. */
import { GraphBuilder, type Model, mlp, numericEmbedding, Scope, type Tensor } from "onnx-train";
import type { FeaturePart } from "../../../core/plugin/index.js";

export interface NetShape {
  /** Numbers of a row. */
  readonly width: number;
  /** Which of them are what. */
  readonly parts: readonly FeaturePart[];
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly dropout: number;
  /** Whether quantities go through waves of trained frequencies first. */
  readonly waves: boolean;
}

/** What a net calls its input and its output. */
export const INPUT = "x";
export const SCORES = "scores";

/** Per quantity. Gorishniy et al. 2022, https://arxiv.org/abs/2203.05556, take 48 and 24 on a GPU; a third does on a CPU. */
export const WAVES = { frequencies: 16, units: 8 } as const;

/** Weights of one member, by name. */
export type Weights = ReadonlyMap<string, Tensor>;

/** The names of a part's weights begin with this. */
export function partName({ from }: FeaturePart): string {
  return `part${from}`;
}

/** Whether a part goes through waves: quantities, where the shape says so. */
export function isWaved({ kind }: FeaturePart, { waves }: NetShape): boolean {
  return waves && QUANTITIES.has(kind);
}

const QUANTITIES = new Set(["quantile", "standard", "power"]);

/** A net with initial weights that follow from the seed. */
export function netOf(shape: NetShape, seed: number): Model {
  const g = new GraphBuilder("mlp");
  const x = g.input(INPUT, "float", ["N", shape.width]);
  const scope = new Scope(g, seed);
  const parts = shape.parts.map((part) => {
    const own = g.slice(x, 1, part.from, part.to);
    return isWaved(part, shape) ? numericEmbedding(scope.within(partName(part)), own, WAVES) : own;
  });
  const [only] = parts;
  const h = parts.length === 1 && only ? only : g.concat(parts, 1);
  g.output(mlp(scope, h, shape), SCORES);
  return g.model();
}

/** The weights that a net begins with, of those that train. */
export function initialOf({ graph }: Model, trains: (name: string) => boolean): Weights {
  const held = [...graph.initializers].map(([value, data]) => [value.name, data] as const);
  return new Map(held.filter(([name]) => trains(name)));
}
