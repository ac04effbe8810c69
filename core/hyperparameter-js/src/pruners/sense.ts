import type { Direction } from "../types.js";

/** A direction as a factor; one object per direction, so that folds can be kept by it. */
export interface Sense {
  /** 1 to minimize, −1 to maximize: less is better after it. */
  readonly sign: 1 | -1;
}

const SENSES: Readonly<Record<Direction, Sense>> = { minimize: { sign: 1 }, maximize: { sign: -1 } };

export function senseOf(direction: Direction): Sense {
  return SENSES[direction];
}
