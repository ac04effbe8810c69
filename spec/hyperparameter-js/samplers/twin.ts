/** The Parzen mixture once more, slow and plain, from the formulas alone: the oracle for the one in use. */
import type { Distribution, Params, ParamValue, Space } from "hyperparameter-js";

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

function weights(m: number): number[] {
  const raw = Array.from({ length: m }, (_, k) => (m < 25 || k >= m - 25 ? 1 : NaN));
  const ramp = m - 25;
  for (let k = 0; k < ramp; k++) raw[k] = ramp === 1 ? 1 / m : 1 / m + (k * (1 - 1 / m)) / (ramp - 1);
  raw.push(1);
  const total = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / total);
}

function sigma(all: number[], centre: number, at: number, low: number, high: number): number {
  const others = all.filter((_, index) => index !== at);
  const left = [...others.filter((x, k) => x < centre || (x === centre && k < at))];
  const right = [...others.filter((x, k) => x > centre || (x === centre && k >= at))];
  const gaps: number[] = [];
  if (left.length > 0) gaps.push(centre - Math.max(...left));
  if (right.length > 0) gaps.push(Math.min(...right) - centre);
  if (others.length === 0) gaps.push(centre - low, high - centre);
  const range = high - low;
  return Math.min(Math.max(...gaps, range / Math.min(100, all.length + 2)), range);
}

function numericDensity(
  d: Exclude<Distribution, { type: "categorical" }>,
  seen: (number | undefined)[],
  x: number,
): number[] {
  const f = d.log ? Math.log : (v: number) => v;
  const step = d.step ?? (d.type === "int" ? 1 : 0);
  const [low, high] = [f(d.low - step / 2), f(d.high + step / 2)];
  const present = seen.filter((v) => v !== undefined).map(f);
  let rank = 0;
  const kernels = seen.map((v): [number, number] => {
    if (v === undefined) return [(low + high) / 2, high - low];
    return [f(v), sigma(present, f(v), rank++, low, high)];
  });
  kernels.push([(low + high) / 2, high - low]);
  return kernels.map(([mu, s]) => {
    const inside = mass((low - mu) / s, (high - mu) / s);
    if (step > 0) return mass((f(x - step / 2) - mu) / s, (f(x + step / 2) - mu) / s) / inside;
    return Math.exp(-(((f(x) - mu) / s) ** 2) / 2) / (Math.sqrt(2 * Math.PI) * s * inside);
  });
}

function choiceDensity(choices: readonly ParamValue[], seen: (ParamValue | undefined)[], x: ParamValue): number[] {
  const k = seen.length + 1;
  return [...seen, undefined].map((v) => {
    const row = choices.map((choice) => 1 / k + (v !== undefined && choice === v ? 1 : 0));
    return (row[choices.indexOf(x)] as number) / row.reduce((a, b) => a + b, 0);
  });
}

export function twinLogDensity(space: Space, seen: readonly Params[], point: Params): number {
  const terms = weights(seen.length);
  for (const [name, x] of Object.entries(point)) {
    const d = space[name] as Distribution;
    const values = seen.map((params) => params[name]);
    const kernel =
      d.type === "categorical"
        ? choiceDensity(d.choices, values, x)
        : numericDensity(d, values as (number | undefined)[], x as number);
    kernel.forEach((density, index) => {
      terms[index] = (terms[index] as number) * density;
    });
  }
  return Math.log(terms.reduce((a, b) => a + b, 0));
}
