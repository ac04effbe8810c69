/** Stackings of operators that work on each element by itself. */
import { ELEMENTWISE } from "../operators/elementwise.js";
import { again, given, levelled, rankOf, type Site, type StackingRow, spread } from "./site.js";

function rankOfAll(site: Site): number {
  return Math.max(...site.inputs.map((input, index) => (input === null ? 0 : rankOf(site, index))));
}

/** Broadcasting aligns from the back: what differs between models gets axes of 1 between K and its own. */
const broadcast: StackingRow = (site) => {
  const rank = rankOfAll(site);
  return again(
    site,
    site.inputs.map((input, index) => input && levelled(site, index, rank)),
  );
};

/** The limits of Clip have no axes; those that differ between models are a Max and a Min. */
const clip: StackingRow = (site) => {
  if (!site.isApart(1) && !site.isApart(2)) return again(site, site.inputs);
  const rank = rankOf(site, 0);
  const [, low, high] = site.inputs;
  const raised = low ? site.g.op("Max", [given(site, 0), levelled(site, 1, rank)]) : given(site, 0);
  return [high ? site.g.op("Min", [raised, levelled(site, 2, rank)]) : raised];
};

/** Of operators that broadcast their other inputs to the first one only. */
const broadcastToFirst: StackingRow = (site) => {
  const rank = rankOf(site, 0);
  const others = site.inputs.slice(1).map((input, at) => input && levelled(site, at + 1, rank));
  return again(site, [spread(site, 0), ...others]);
};

/** The second input says no more than the element. */
const castLike: StackingRow = (site) => again(site, [spread(site, 0), ...site.inputs.slice(1)]);

/** Each place draws for itself, and so does each model. */
const drawn: StackingRow = (site) => again(site, site.inputs);

/** Every operator of the group, also those without a case of their own. */
export const ELEMENTWISE_STACKINGS: Readonly<Record<string, StackingRow>> = {
  ...Object.fromEntries(Object.keys(ELEMENTWISE).map((opType) => [opType, broadcast])),
  Bernoulli: drawn,
  Cast: broadcast,
  CastLike: castLike,
  Clip: clip,
  PRelu: broadcastToFirst,
  RandomNormalLike: drawn,
  RandomUniformLike: drawn,
};
