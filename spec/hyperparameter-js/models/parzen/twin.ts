/** The Parzen mixture once more, slow and plain, from the formulas alone: the oracle for the one in use. */
import type { Distribution, Params, ParamValue, Space } from "hyperparameter-js";

export interface TwinRules {
  /** Of the observations; the prior's behind them. */
  readonly weights: (m: number) => number[];
  /** Smallest width, as a share of the range; `same`: the width of all. */
  readonly floor: (m: number, d: Distribution) => number;
  readonly same?: boolean;
  /** Added to the count of each choice. */
  readonly smoothing: (m: number) => number;
}

/** Φ(b) − Φ(a) by Simpson's rule. */
function mass(a: number, b: number): number {
  const [from, to] = [Math.max(a, -9), Math.min(b, 9)];
  if (from >= to) return 0;
  const n = 400;
  const h = (to - from) / n;
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    const z = from + k * h;
    sum += (k === 0 || k === n ? 1 : k % 2 ? 4 : 2) * Math.exp((-z * z) / 2);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

/** A ramp from 1/m to 1, then 25 ones, by age. */
export function byAge(m: number): number[] {
  const ramp = m - 25;
  return Array.from({ length: m }, (_, k) => {
    if (k >= ramp) return 1;
    return ramp === 1 ? 1 / m : 1 / m + (k * (1 - 1 / m)) / (ramp - 1);
  });
}

export function byRank(m: number): number[] {
  const raw = Array.from({ length: m }, (_, k) => Math.log((m + 1) / (k + 1)));
  const mean = raw.reduce((a, b) => a + b, 0) / m;
  return raw.map((weight) => weight / mean);
}

/** The definitions of Optuna 5. */
export const PUBLISHED: TwinRules = {
  weights: (m) => [...byAge(m), 1],
  floor: (m) => 1 / Math.min(100, m + 2),
  smoothing: (m) => 1 / (m + 1),
};

function gapOf(all: number[], at: number, [low, high]: readonly [number, number]): number {
  const centre = all[at] as number;
  const left = all.filter((x, k) => x < centre || (x === centre && k < at));
  const right = all.filter((x, k) => x > centre || (x === centre && k > at));
  const gaps: number[] = [];
  if (left.length > 0) gaps.push(centre - Math.max(...left));
  if (right.length > 0) gaps.push(Math.min(...right) - centre);
  if (all.length === 1) gaps.push(centre - low, high - centre);
  return Math.max(...gaps);
}

type Numeric = Exclude<Distribution, { type: "categorical" }>;

function numericDensity(d: Numeric, seen: (number | undefined)[], x: number, rules: TwinRules): number[] {
  const f = d.log ? Math.log : (v: number) => v;
  const step = d.step ?? (d.type === "int" ? 1 : 0);
  const [low, high] = [f(d.low - step / 2), f(d.high + step / 2)];
  const range = high - low;
  const floor = rules.floor(seen.length, d) * range;
  const present = seen.filter((v) => v !== undefined).map(f);
  let rank = 0;
  const kernels = seen.map((v): [number, number] => {
    if (v === undefined) return [(low + high) / 2, range];
    const gap = gapOf(present, rank++, [low, high]);
    return [f(v), Math.min(rules.same ? floor : Math.max(gap, floor), range)];
  });
  kernels.push([(low + high) / 2, range]);
  return kernels.map(([mu, s]) => {
    const inside = mass((low - mu) / s, (high - mu) / s);
    if (step > 0) return mass((f(x - step / 2) - mu) / s, (f(x + step / 2) - mu) / s) / inside;
    return Math.exp(-(((f(x) - mu) / s) ** 2) / 2) / (Math.sqrt(2 * Math.PI) * s * inside);
  });
}

function choiceDensity(
  choices: readonly ParamValue[],
  seen: (ParamValue | undefined)[],
  x: ParamValue,
  rules: TwinRules,
): number[] {
  const added = rules.smoothing(seen.length);
  return [...seen, undefined].map((v) => {
    const row = choices.map((choice) => added + (v !== undefined && choice === v ? 1 : 0));
    return (row[choices.indexOf(x)] as number) / row.reduce((a, b) => a + b, 0);
  });
}

/** Log density at a point, on the axes as they are: log of the value where the distribution says so. */
export function twinLogDensity(space: Space, seen: readonly Params[], point: Params, rules = PUBLISHED): number {
  const weights = rules.weights(seen.length);
  const total = weights.reduce((a, b) => a + b, 0);
  const terms = weights.map((weight) => weight / total);
  for (const [name, x] of Object.entries(point)) {
    const d = space[name] as Distribution;
    const values = seen.map((params) => params[name]);
    const kernel =
      d.type === "categorical"
        ? choiceDensity(d.choices, values, x, rules)
        : numericDensity(d, values as (number | undefined)[], x as number, rules);
    kernel.forEach((density, index) => {
      terms[index] = (terms[index] as number) * density;
    });
  }
  return Math.log(terms.reduce((a, b) => a + b, 0));
}
