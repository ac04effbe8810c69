/** Stackings of look-ups and of what writes to places. */
import type { Value } from "../graph.js";
import { intAttribute } from "../operators/operator.js";
import { tensor } from "../tensor.js";
import { again, ascending, given, rankOf, type Site, type StackingRow, shifted, spread } from "./site.js";

/** An axis sent to another place. */
function moved(site: Site, value: Value, [from, to]: readonly [number, number], rank: number): Value {
  if (from === to) return value;
  const axes = ascending(rank).toSpliced(from, 1);
  return site.g.transpose(value, axes.toSpliced(to, 0, from));
}

/**
 * Places [K, …, depth] with the model's number in front: [K, …, depth + 1]. So a place can't fall into another model, and the
 * gradients are those of one table.
 */
function numbered(site: Site, places: Value, rank: number): Value {
  const { g, models } = site;
  const dims = [models, ...ascending(rank).map(() => 1)];
  const numbers = g.initializer(tensor("int64", dims, ascending(models)));
  const whole = places.type?.element === "int64" ? places : g.cast(places, "int64");
  const first = g.slice(whole, rank, 0, 1);
  return g.concat([g.add(g.sub(first, first), numbers), whole], rank);
}

/** One table for each model: its rows to the front, then a look-up by model and row. */
function ownTables(site: Site, axis: number): Value[] {
  const { g } = site;
  const [table, places] = [rankOf(site, 0), rankOf(site, 1)];
  const rows = moved(site, given(site, 0), [axis + 1, 1], table + 1);
  const indices = numbered(site, g.unsqueeze(given(site, 1), [-1]), places + 1);
  const found = g.op("GatherND", [rows, indices]);
  const [before, behind] = [ascending(axis, 1 + places), ascending(table - 1 - axis, 1 + places + axis)];
  return [axis === 0 ? found : g.transpose(found, [0, ...before, ...ascending(places, 1), ...behind])];
}

const gather: StackingRow = (site) => {
  const rank = rankOf(site, 0);
  const named = intAttribute(site.node, "axis", 0);
  const axis = named < 0 ? named + rank : named;
  if (!site.isApart(1)) return again(site, site.inputs, { axis: axis + 1 });
  if (site.isApart(0)) return ownTables(site, axis);
  const [found] = again(site, site.inputs, { axis });
  return [moved(site, found as Value, [axis, 0], rank + rankOf(site, 1))];
};

const gatherElements: StackingRow = (site) =>
  again(site, [spread(site, 0), spread(site, 1)], { axis: shifted(intAttribute(site.node, "axis", 0)) });

const gatherPoints: StackingRow = (site) => {
  const batches = intAttribute(site.node, "batch_dims", 0);
  if (batches > 0) return again(site, [spread(site, 0), spread(site, 1)], { batch_dims: batches + 1 });
  if (!site.isApart(0)) return again(site, site.inputs);
  return again(site, [given(site, 0), numbered(site, spread(site, 1), rankOf(site, 1))]);
};

const scatterElements: StackingRow = (site) =>
  again(site, [spread(site, 0), spread(site, 1), spread(site, 2)], {
    axis: shifted(intAttribute(site.node, "axis", 0)),
  });

const scatterPoints: StackingRow = (site) =>
  again(site, [spread(site, 0), numbered(site, spread(site, 1), rankOf(site, 1)), spread(site, 2)]);

export const POINTS_STACKINGS: Readonly<Record<string, StackingRow>> = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherPoints,
  ScatterElements: scatterElements,
  ScatterND: scatterPoints,
};
