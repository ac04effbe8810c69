/** How numbers are crossed and mutated, on an axis from 0 to 1. */
import { exp, log } from "../math/elementary.js";

/**
 * The coordinate that a child gets of those of its two parents.
 *
 * @param u - Uniform in [0, 1).
 * @param index - Distribution index: the larger, the nearer to a parent.
 */
export type Crossing = (first: number, second: number, u: number, index: number) => number;

export type CrossoverName = "mixed" | "blx" | "uniform" | "sbx" | "vsbx";
export type MutationName = "polynomial" | "resample";

/** How far BLX-α goes beyond the parents, as a share of their gap: Eshelman and Schaffer, FOGA 2, 1993. */
const ALPHA = 0.5;

function clip(x: number): number {
  return Math.min(Math.max(x, 0), 1);
}

/** x^y for x > 0. */
function power(x: number, y: number): number {
  return exp(y * log(x));
}

/**
 * Simulated binary crossover within bounds: Deb and Agrawal, Complex Systems 9, 1995; the spread is drawn from what fits
 * between the bounds, as in Deb and Beyer, Evol. Comput. 9, 2001. `outward`: the room beyond the nearer parent.
 */
function spread(gap: number, outward: number, u: number, index: number): number {
  const within = 2 - power(1 + (2 * outward) / gap, -(index + 1));
  const scaled = u * within;
  return power(scaled <= 1 ? scaled : 1 / (2 - scaled), 1 / (index + 1));
}

/** Around either parent. */
function sbx(first: number, second: number, u: number, index: number): number {
  const [low, high] = first < second ? [first, second] : [second, first];
  const gap = high - low;
  const below = u < 0.5;
  const half = 0.5 * gap * spread(gap, below ? low : 1 - high, below ? 2 * u : 2 * u - 1, index);
  const middle = 0.5 * (low + high);
  return clip(below ? middle - half : middle + half);
}

/** As SBX, but on either side of each parent alike: Ballester and Carter, GECCO 2003, §3.2. */
function vsbx(first: number, second: number, u: number, index: number): number {
  const part = Math.floor(u * 4);
  const half = 0.5 * (power(1 - (u * 4 - part), -1 / (index + 1)) - 1) * (second - first);
  return clip((part < 2 ? first : second) + (part % 2 === 0 ? half : -half));
}

function blx(first: number, second: number, u: number): number {
  const beyond = ALPHA * Math.abs(first - second);
  const [low, high] = [Math.min(first, second) - beyond, Math.max(first, second) + beyond];
  return clip(low + u * (high - low));
}

function uniform(first: number, second: number, u: number): number {
  return u < 0.5 ? first : second;
}

/** Of several, each child gets one: those that blend search around the parents, the others keep what is good in each. */
export const CROSSOVERS: Readonly<Record<CrossoverName, readonly Crossing[]>> = {
  mixed: [blx, uniform],
  blx: [blx],
  uniform: [uniform],
  sbx: [sbx],
  vsbx: [vsbx],
};

/** Where a coordinate goes when it is mutated. */
export type Mutation = (x: number, u: number, index: number) => number;

/** Polynomial mutation within bounds: Deb and Goyal, Computer Science and Informatics 26, 1996. */
function polynomial(x: number, u: number, index: number): number {
  const down = u < 0.5;
  const room = power(down ? 1 - x : x, index + 1);
  const rest = down ? 2 * u + (1 - 2 * u) * room : 2 * (1 - u) + (2 * u - 1) * room;
  const delta = 1 - power(rest, 1 / (index + 1));
  return clip(down ? x - delta : x + delta);
}

export const MUTATIONS: Readonly<Record<MutationName, Mutation>> = { polynomial, resample: (_, u) => u };
