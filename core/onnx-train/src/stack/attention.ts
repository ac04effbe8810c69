/** The stacking of attention: K models are more rows. */
import { again, given, mustShare, rankOf, refused, type Site, type StackingRow, shapeOf, spread } from "./site.js";
import { asRows, fromRows } from "./window.js";

/** A mask that is the same for all rows is so for all models' rows. */
function assertMask(site: Site): void {
  if (site.inputs.slice(4).some((input) => input !== null)) throw refused(site, "has keys from before");
  if (!site.inputs[3]) return;
  mustShare(site, 3);
  if (rankOf(site, 3) === 4 && shapeOf(site, 3)[0] !== 1) throw refused(site, "has a mask for each row");
}

const attention: StackingRow = (site) => {
  assertMask(site);
  const inputs = [0, 1, 2].map((index) => asRows(site, spread(site, index)));
  const found = again(site, site.inputs[3] ? [...inputs, given(site, 3)] : inputs);
  return found.map((value) => fromRows(site, value));
};

export const ATTENTION_STACKINGS: Readonly<Record<string, StackingRow>> = { Attention: attention };
