/** The stacking of attention, which is for each row by itself: K models are more rows. */
import type { Value } from "../graph.js";
import { again, ascending, given, rankOf, type Site, type StackingRow, shapeOf, spread } from "./site.js";
import { asRows, fromRows } from "./window.js";

const MASK = 3;

/** A mask that all rows share stays as it is; others get each row of each model: [K · rows, heads, time, time]. */
function maskOf(site: Site): Value {
  const { g } = site;
  const rank = rankOf(site, MASK);
  if (!site.isApart(MASK) && rank < 4) return given(site, MASK);
  const own = spread(site, MASK);
  const wide = rank < 4 ? g.unsqueeze(own, ascending(4 - rank, 1)) : own;
  return asRows(site, g.expand(wide, wholeRows(site)));
}

/** The sizes [1, rows, 1, 1, 1], with the rows that queries have. */
function wholeRows(site: Site): Value {
  const { g } = site;
  const [rows] = shapeOf(site, 0);
  if (typeof rows === "number") return g.vector("int64", [1, rows, 1, 1, 1]);
  const axis = site.isApart(0) ? 1 : 0;
  const size = g.op("Shape", [given(site, 0)], { start: axis, end: axis + 1 });
  return g.concat([g.vector("int64", [1]), size, g.vector("int64", [1, 1, 1])], 0);
}

const attention: StackingRow = (site) => {
  const rows = (index: number) => (index === MASK ? maskOf(site) : asRows(site, spread(site, index)));
  const inputs = site.inputs.map((input, index) => input && rows(index));
  return again(site, inputs).map((value) => fromRows(site, value));
};

export const ATTENTION_STACKINGS: Readonly<Record<string, StackingRow>> = { Attention: attention };
