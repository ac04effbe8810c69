import { HyperparameterError } from "./errors.js";
import type { Direction } from "./types.js";

/** The direction of the one objective; throws OBJECTIVES_UNSUPPORTED, in the name of `where`, for several. */
export function onlyDirection(directions: readonly Direction[], where: string): Direction {
  const [direction] = directions;
  if (direction !== undefined && directions.length === 1) return direction;
  const got = `${directions.length}`;
  throw new HyperparameterError({ code: "OBJECTIVES_UNSUPPORTED", where, expected: "one objective", got });
}

/** Values with the sign that makes each of them one to minimise. */
export function minimised(values: readonly number[], directions: readonly Direction[]): number[] {
  return values.map((value, index) => (directions[index] === "maximize" ? -value : value));
}
