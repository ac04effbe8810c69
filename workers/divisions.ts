/** Sides made of rows of one side, which trial after trial of a study asks for. */
import type { Labelled } from "../core/plugin/index.js";
import { type Division, divided, type Sides } from "../core/resampling/tables.js";

export interface Divided {
  readonly sides: Sides;
  readonly division: Division;
}

/** Cells of a side's divisions up to which they are kept: 64 MiB. */
const MOST_CELLS = 2 ** 24;

/** Kept with the side. What learners keep of training rows finds them again, too. */
const kept = new WeakMap<Labelled, Map<string, Divided[]>>();

/** @param name says which divisions of the side these are */
export function* dividedSides(all: Labelled, name: string, divisions: readonly Division[]): Iterable<Divided> {
  const known = cellsOf(all, divisions) <= MOST_CELLS ? knownOf(all, name) : null;
  for (const [at, division] of divisions.entries()) {
    const one = known?.[at] ?? { sides: divided(all, division), division };
    if (known !== null) known[at] = one;
    yield one;
  }
}

function cellsOf({ table }: Labelled, divisions: readonly Division[]): number {
  const rows = divisions.reduce((sum, { train, select }) => sum + train.length + select.length, 0);
  return rows * table.columns.length;
}

function knownOf(all: Labelled, name: string): Divided[] {
  const named = kept.get(all) ?? new Map<string, Divided[]>();
  kept.set(all, named);
  const known = named.get(name) ?? [];
  named.set(name, known);
  return known;
}
