/** What a finalist that was not promoted would need: the cheapest way to pass, from what its gates measured. */
import type { GateRecord } from "../evaluator/messages.js";
import { rowsNeeded } from "../statistics/compare.js";
import { normalQuantile } from "../statistics/normal.js";
import type { Comparison } from "../statistics/pair.js";

/** What later looks will be like. */
export interface Outlook {
  /** Error rate of the next look at this holdout. */
  readonly alpha: number;
  /** Confirm rows from which a holdout has an account of its own, and what its first look may risk. */
  readonly freshFrom: number;
  readonly freshAlpha: number;
  /** Labelled rows for each one that comes to the confirm side. */
  readonly labelled: number;
}

/** By convention, as for the smallest effect. */
const POWER = 0.8;

/**
 * One sentence, or null where no gate that didn't pass measured a gain. Each such gate has to pass, so the dearest is what
 * counts.
 */
export function remedyOf(gates: readonly GateRecord[], outlook: Outlook): string | null {
  const open = gates.filter(({ outcome }) => outcome !== "PASS");
  const effects = open.flatMap((record) => effectOf(record) ?? []);
  if (effects.length === 0) return null;
  const short = effects.filter(({ delta, margin }) => !(delta > margin));
  const way = short.length > 0 ? byGain(short, outlook) : byRows(effects, outlook);
  const others = open.filter((record) => effectOf(record) === null).map(({ gate }) => gate.kind);
  return `The cheapest way to pass: ${way}${others.length > 0 ? `, and what ${others.join(", ")} asks for` : ""}.`;
}

interface Effect extends Pick<Comparison, "n" | "delta" | "se"> {
  readonly metric: string;
  readonly against: string;
  readonly margin: number;
}

function effectOf({ figures }: GateRecord): Effect | null {
  const { metric, against, margin, n, delta, se } = figures;
  if (typeof metric !== "string" || typeof against !== "string" || typeof margin !== "number") return null;
  if (typeof n !== "number" || typeof delta !== "number" || typeof se !== "number") return null;
  return { metric, against, margin, n, delta, se };
}

/** More rows show a gain that is there. */
function byRows(effects: readonly Effect[], outlook: Outlook): string {
  const more = Math.max(...effects.map((effect) => Math.max(1, confirmRows(effect, outlook) - effect.n)));
  const [{ delta, metric } = { delta: 0, metric: "" }] = effects;
  return `about ${about(more * outlook.labelled)} more labelled rows, if the gain of ${signed(delta)} ${metric} holds`;
}

/** Confirm rows with which the gain would be shown: in this account, or in the one that twice the rows open. */
function confirmRows(effect: Effect, { alpha, freshFrom, freshAlpha }: Outlook): number {
  const { margin } = effect;
  const needed = (risk: number) => rowsNeeded(effect, { margin, alpha: risk }, POWER) ?? Number.POSITIVE_INFINITY;
  const here = alpha > 0 ? needed(alpha) : Number.POSITIVE_INFINITY;
  return here < freshFrom ? here : Math.max(freshFrom, needed(freshAlpha));
}

/** No number of rows shows a gain that isn't there: the one that these rows can show. */
function byGain(effects: readonly Effect[], { alpha, freshAlpha }: Outlook): string {
  const deviations = normalQuantile(1 - (alpha > 0 ? alpha : freshAlpha)) + normalQuantile(POWER);
  const wants = effects.map((effect) => ({ ...effect, gain: effect.margin + deviations * effect.se }));
  const { gain, metric, against, delta } = wants.reduce((most, one) => (one.gain > most.gain ? one : most));
  return `a candidate that gains ${signed(gain)} ${metric} over the ${against}, where this one has ${signed(delta)}`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Number(Math.abs(value).toPrecision(2))}`;
}

/** Two significant digits: an estimate that rests on one measured effect has no more. */
function about(rows: number): string {
  return Math.ceil(rows).toLocaleString("en-US", { maximumSignificantDigits: 2 });
}
