/**
 * The power transform of Yeo and Johnson, "A new family of power transformations to improve normality or symmetry",
 * Biometrika 87 (2000), with the λ of largest likelihood (their equation 3.1), then standardised. In double precision:
 * (x + 1)^λ − 1 loses all digits of a small x in single precision.
 */
import type { GraphBuilder, Value } from "onnx-train";
import { momentsOf } from "../statistics.js";
import { clip, type NumberKind } from "./numbers.js";
import { CUT } from "./standard.js";

interface Power {
  /** Never 0 and never 2: see `awayFrom`. */
  readonly lambda: number;
  readonly mean: number;
  readonly scale: number;
}

/** The largest finite float32: powers of it stay finite in double precision. */
const LARGEST = 3.4028234663852886e38;
/** Where λ is searched: beyond, a power has become a rank of its two largest values. */
const LAMBDAS = [-5, 5] as const;
/** λ within this of 0 or 2 is moved there: the limit is a logarithm, which differs from it by less than a fit can see. */
const NEAR = 1e-4;
/** Golden sections; 40 of them leave 10 · 0.618^40 = 4e-8. */
const SECTIONS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Values that the likelihood is computed on, evenly spaced in rank: more of them move λ less than its own error. */
const SAMPLE = 2_000;

export const power: NumberKind<Power> = {
  suffix: "",
  fit({ values, sorted, weight }) {
    const lambda = awayFrom(2, awayFrom(0, likeliest(sampled(sorted))));
    const { mean, deviation } = momentsOf(
      Float64Array.from(values, (value) => bend(value, lambda)),
      weight,
    );
    return deviation > 0 && Number.isFinite(deviation) ? { lambda, mean, scale: deviation } : null;
  },
  apply({ lambda, mean, scale }, value) {
    return Math.fround(clip((bend(clip(value, -LARGEST, LARGEST), lambda) - mean) / scale, -CUT, CUT));
  },
  emit(graph, filled, fits) {
    const vector = (of: (fit: Power) => number) => graph.vector("double", fits.map(of));
    const ends = (end: number) => [graph.scalar("double", -end), graph.scalar("double", end)];
    const x = graph.op("Clip", [graph.cast(filled, "double"), ...ends(LARGEST)]);
    const bent = bentNodes(graph, x, vector);
    const standardised = graph.div(
      graph.sub(
        bent,
        vector(({ mean }) => mean),
      ),
      vector(({ scale }) => scale),
    );
    return graph.cast(graph.op("Clip", [standardised, ...ends(CUT)]), "float");
  },
};

/** NaN and infinite values stay what they are, so that they don't count. */
function bend(value: number, lambda: number): number {
  const exponent = value < 0 ? 2 - lambda : lambda;
  const grown = ((1 + Math.abs(value)) ** exponent - 1) / exponent;
  return Number.isFinite(value) ? (value < 0 ? -grown : grown) : value;
}

function bentNodes(graph: GraphBuilder, x: Value, vector: (of: (fit: Power) => number) => Value): Value {
  const negative = graph.op("Less", [x, graph.scalar("double", 0)]);
  const one = graph.scalar("double", 1);
  const exponent = graph.where(
    negative,
    vector(({ lambda }) => 2 - lambda),
    vector(({ lambda }) => lambda),
  );
  const grown = graph.op("Pow", [graph.add(one, graph.abs(x)), exponent]);
  const size = graph.div(graph.sub(grown, one), exponent);
  return graph.where(negative, graph.neg(size), size);
}

function awayFrom(limit: number, lambda: number): number {
  if (Math.abs(lambda - limit) >= NEAR) return lambda;
  return limit + (lambda < limit ? -NEAR : NEAR);
}

function sampled(sorted: Float32Array): Float32Array {
  if (sorted.length <= SAMPLE) return sorted;
  const step = (sorted.length - 1) / (SAMPLE - 1);
  return Float32Array.from({ length: SAMPLE }, (_, at) => sorted[Math.round(at * step)] as number);
}

/** By golden section: the likelihood has one hill. */
function likeliest(values: Float32Array): number {
  const logs = values.reduce((sum, value) => sum + Math.sign(value) * Math.log1p(Math.abs(value)), 0);
  const likelihood = (lambda: number) => {
    const { deviation } = momentsOf(
      Float64Array.from(values, (value) => bend(value, lambda)),
      null,
    );
    const found = -values.length * Math.log(deviation) + (lambda - 1) * logs;
    return Number.isFinite(found) ? found : Number.NEGATIVE_INFINITY;
  };
  let [low, high]: readonly [number, number] = LAMBDAS;
  for (let section = 0; section < SECTIONS; section++) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (likelihood(left) < likelihood(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}
