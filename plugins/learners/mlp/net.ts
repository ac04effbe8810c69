/** The net itself: numbers of a row to scores, one for each class, or the standardised value of a regression. */
import {
  batchEnsemble,
  dropout,
  GraphBuilder,
  layerNorm,
  type Model,
  memberDense,
  mlp,
  numericEmbedding,
  piecewiseEmbedding,
  residualMlp,
  Scope,
  type Tensor,
  tabM,
  type Value,
} from "onnx-train";
import type { FeaturePart } from "../../../core/plugin/index.js";

export interface NetShape {
  /** Numbers of a row. */
  readonly width: number;
  /** Which of them are what. */
  readonly parts: readonly FeaturePart[];
  /** Hidden layers, or residual blocks. */
  readonly layers: number;
  /** Of each hidden layer, or between blocks. */
  readonly units: number;
  readonly blocks: "plain" | "residual";
  /** Members within the net, which share its matrices; null: it is one member, and its scores have no axis of members. */
  readonly shared: number | null;
  readonly outputs: number;
  readonly dropout: number;
  /** What quantities go through first: waves of trained frequencies, or pieces of lines, whose bends are fixed. */
  readonly numbers: "plain" | "waves" | "pieces";
}

/** What a net calls its input and its output. */
export const INPUT = "x";
export const SCORES = "scores";

/** Per quantity. Gorishniy et al. 2022, https://arxiv.org/abs/2203.05556, take 48 and 24 on a GPU; a third does on a CPU. */
export const WAVES = { frequencies: 16, units: 8 } as const;

/** Quantiles of the normal distribution at 9/16 … 15/16; those below a half mirror them. */
const SIXTEENTHS = [0.1573, 0.3186, 0.4888, 0.6745, 0.8871, 1.1503, 1.5341];
/** At 31/32. It only sets the slope of the outer bins, which have no end. */
const OUTER = 1.8627;
/** Sixteen bins of as many training rows each, since quantities come as normal quantiles of these. */
export const PIECES = {
  edges: [-OUTER, ...SIXTEENTHS.map((edge) => -edge).reverse(), 0, ...SIXTEENTHS, OUTER],
  units: 8,
} as const;

/** Weights of one net, by name. */
export type Weights = ReadonlyMap<string, Tensor>;

/** The names of a part's weights begin with this. */
export function partName({ from }: FeaturePart): string {
  return `part${from}`;
}

/** What a part goes through first: quantities what the shape says. */
export function embeddingOf({ kind }: FeaturePart, { numbers }: NetShape): NetShape["numbers"] {
  return QUANTITIES.has(kind) ? numbers : "plain";
}

const QUANTITIES = new Set(["quantile", "standard", "power"]);

const EMBEDDINGS: Readonly<Record<NetShape["numbers"], (scope: Scope, x: Value) => Value>> = {
  plain: (_, x) => x,
  waves: (scope, x) => numericEmbedding(scope, x, WAVES),
  pieces: (scope, x) => piecewiseEmbedding(scope, x, PIECES),
};

/** A net with initial weights that follow from the seed: [N, width] → [N, outputs], or [N, shared, outputs]. */
export function netOf(shape: NetShape, seed: number): Model {
  const g = new GraphBuilder("mlp");
  const x = g.input(INPUT, "float", ["N", shape.width]);
  const scope = new Scope(g, seed);
  const parts = shape.parts.map((part) => {
    const own = g.slice(x, 1, part.from, part.to);
    return EMBEDDINGS[embeddingOf(part, shape)](scope.within(partName(part)), own);
  });
  const [only] = parts;
  const h = parts.length === 1 && only ? only : g.concat(parts, 1);
  g.output(scoresOf(scope, h, shape), SCORES);
  return g.model();
}

/** A block isn't wider inside: twice the width takes twice the time, and gained nothing on five tables. */
function scoresOf(scope: Scope, x: Value, shape: NetShape): Value {
  const { layers, units, blocks, shared, outputs, dropout: rate } = shape;
  const ends = { outputs, dropout: rate };
  const hidden = Array.from({ length: layers }, () => units);
  if (blocks === "plain")
    return shared === null ? mlp(scope, x, { hidden, ...ends }) : tabM(scope, x, { hidden, members: shared, ...ends });
  return shared === null
    ? residualMlp(scope, x, { width: units, blocks: layers, expansion: 1, ...ends })
    : residualMembers(scope, x, { ...shape, shared });
}

/** What `residualMlp` is to `mlp`, this is to `tabM`. */
function residualMembers(scope: Scope, x: Value, shape: NetShape & { readonly shared: number }): Value {
  const { layers, units, shared, outputs, dropout: rate } = shape;
  const { g } = scope;
  const wide = g.expand(g.unsqueeze(x, [1]), [1, shared, 1]);
  let h = batchEnsemble(scope.within("input"), wide, { units });
  for (let index = 0; index < layers; index++) {
    const block = scope.within(`block${index}`);
    const normal = layerNorm(block.within("norm"), h);
    const inner = batchEnsemble(block.within("wide"), normal, { units, factors: "ones" });
    const kept = dropout(block, g.relu(inner), rate);
    h = g.add(h, batchEnsemble(block.within("narrow"), kept, { units, factors: "ones" }));
  }
  return memberDense(scope.within("output"), g.relu(layerNorm(scope.within("norm"), h)), { units: outputs });
}

/** The weights that a net begins with, of those that train. */
export function initialOf({ graph }: Model, trains: (name: string) => boolean): Weights {
  const held = [...graph.initializers].map(([value, data]) => [value.name, data] as const);
  return new Map(held.filter(([name]) => trains(name)));
}
