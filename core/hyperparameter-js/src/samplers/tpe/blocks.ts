/** Which parameters are modelled together. */
import { foldTrials } from "../../history/fold.js";
import { type Column, columnsOf } from "../../history/table.js";
import type { FrozenTrial, Space } from "../../types.js";
import type { Block } from "./model.js";
import type { TpeSettings } from "./options.js";

interface Groups {
  readonly columns: readonly Column[];
  blocks: Block[];
}

/**
 * Splits each block in what a trial has of it and what it hasn't, so that the parameters of a block always occur together
 * (Optuna's group decomposition).
 */
function divide({ columns, blocks }: Groups, { params }: FrozenTrial): Block[] {
  const has = (at: number): boolean => Object.hasOwn(params, columns[at]?.name ?? "");
  return blocks.flatMap((block) => {
    const [present, absent] = [block.filter(has), block.filter((at) => !has(at))];
    return present.length === 0 || absent.length === 0 ? [block] : [present, absent];
  });
}

const groupsOf = foldTrials(
  (space: Space): Groups => {
    const columns = columnsOf(space);
    return { columns, blocks: [modelled(columns)] };
  },
  (groups, trial) => {
    const blocks = divide(groups, trial);
    if (blocks.length > groups.blocks.length) groups.blocks = blocks;
  },
);

/** Parameters with one value have nothing to model. */
function modelled(columns: readonly Column[]): Block {
  return [...columns.keys()].filter((at) => columns[at]?.size !== 1);
}

/** All together; or each alone; or those together that all trials have together or not at all. */
export function blocksOf(
  trials: readonly FrozenTrial[],
  space: Space,
  { multivariate, group }: Pick<TpeSettings, "multivariate" | "group">,
): readonly Block[] {
  const all = modelled(columnsOf(space));
  if (!multivariate) return all.map((at) => [at]);
  const blocks = group ? groupsOf(trials, space).blocks : [all];
  return blocks.filter(({ length }) => length > 0);
}
