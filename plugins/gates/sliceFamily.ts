/** Slices that are judged together, by one of two rules. */
import { type Comparison, type Demand, holmAdjusted, type Json, type Outcome } from "../../core/plugin/index.js";
import { type Contest, type Harm, harmOf, isHarmless, onRows } from "./harm.js";
import { type Part, partName } from "./parts.js";
import type { Reference } from "./reference.js";
import { counted, figure, finite, many } from "./words.js";

export interface Family {
  readonly contest: Contest;
  readonly role: Reference["role"];
  readonly demand: Demand;
  readonly leastRows: number;
  /** safety: each slice must be shown to be harmless; veto: one that is shown to be harmed is enough. */
  readonly rule: "safety" | "veto";
  readonly parts: readonly Part[];
}

export interface Slice {
  readonly part: Part;
  readonly rule: Family["rule"];
  readonly outcome: Outcome | "insufficient";
  /** Null: the slice is too small to be tested. */
  readonly harm: Harm | null;
  /** Of "the loss is at most the margin", by Holm; null where it wasn't tested. */
  readonly p: number | null;
}

interface Tested {
  readonly part: Part;
  readonly harm: Comparison;
  readonly p: number;
}

export function judgeFamily(family: Family): FamilyVerdict {
  const harms = family.parts.map((part) => ({ part, harm: harmIn(family, part) }));
  const decided = harms.flatMap(({ part, harm }) => (harm === null || harm.test === null ? [] : [{ part, harm }]));
  const adjusted = holmAdjusted(decided.map(({ harm }) => harm.p));
  const tested = decided.map((one, index) => ({ ...one, p: adjusted[index] as number }));
  const slices = harms.map(({ part, harm }): Slice => {
    const own = tested.find((one) => one.part === part);
    if (own === undefined) return { part, rule: family.rule, outcome: "insufficient", harm, p: null };
    return { part, rule: family.rule, outcome: outcomeOf(own, family), harm, p: own.p };
  });
  return { slices, said: said(tested, family) };
}

interface FamilyVerdict {
  readonly slices: readonly Slice[];
  readonly said: { readonly outcome: Outcome; readonly reason: string };
}

function harmIn({ contest, demand, leastRows }: Family, { rows }: Part): Harm | null {
  return rows.length < leastRows ? null : harmOf(onRows(contest, rows), demand);
}

function outcomeOf({ harm, p }: Tested, { demand, rule }: Family): Outcome {
  if (p <= demand.alpha) return "FAIL";
  return rule === "veto" || isHarmless(harm, demand.margin) ? "PASS" : "INCONCLUSIVE";
}

function said(tested: readonly Tested[], family: Family): FamilyVerdict["said"] {
  const [worst, ...others] = tested.toSorted((a, b) => a.p - b.p || b.harm.upper - a.harm.upper);
  const named = family.rule === "safety" ? "declared" : "found";
  if (worst === undefined) return { outcome: "INCONCLUSIVE", reason: `No ${named} slice has enough rows to be judged` };
  const all = [worst, ...others];
  if (worst.p <= family.demand.alpha) return { outcome: "FAIL", reason: harmed(worst, family, all.length) };
  if (family.rule === "veto") return { outcome: "PASS", reason: unharmed(worst, family, all.length) };
  const open = all.filter(({ harm }) => !isHarmless(harm, family.demand.margin));
  const widest = all.reduce((a, b) => (b.harm.upper > a.harm.upper ? b : a));
  if (open.length > 0) return { outcome: "INCONCLUSIVE", reason: unclear(widest, family, open.length) };
  const { metric } = family.contest;
  return {
    outcome: "PASS",
    reason: `${all.length === 1 ? "The one declared slice that can be judged is" : `Each of ${many(all.length, "declared slice")} is`} within ${figure(family.demand.margin)} ${metric.name} of the ${family.role}, the worst, ${sizeOf(widest)}, losing at most ${figure(Math.max(0, widest.harm.upper))}`,
  };
}

function harmed(worst: Tested, { contest, role, demand, rule }: Family, count: number): string {
  const { harm, p } = worst;
  return `${sizeOf(worst)} loses ${figure(harm.delta)} ${contest.metric.name} against the ${role}, more than the margin of ${figure(demand.margin)} (p ${figure(p)} by Holm over ${many(count, rule === "safety" ? "declared slice" : "found slice")}, at alpha ${figure(demand.alpha)})`;
}

function unharmed({ harm, p, ...worst }: Tested, { contest, role, demand }: Family, count: number): string {
  const loss = `${harm.delta >= 0 ? "loses" : "gains"} ${figure(Math.abs(harm.delta))}`;
  return `None of ${many(count, "found slice")} is shown to lose more than ${figure(demand.margin)} ${contest.metric.name} against the ${role}, the nearest to it, ${sizeOf(worst)}, ${loss} (p ${figure(p)} by Holm)`;
}

function unclear({ harm, ...worst }: Tested, { contest, role, demand }: Family, count: number): string {
  return `${many(count, "declared slice")} may lose more than the margin of ${figure(demand.margin)} ${contest.metric.name} against the ${role}, such as ${sizeOf(worst)} with up to ${figure(harm.upper)} (measured: a ${harm.delta > 0 ? "loss" : "gain"} of ${figure(Math.abs(harm.delta))})`;
}

function sizeOf({ part }: Pick<Tested, "part">): string {
  return `${partName(part)} (${counted(part.rows.length)} rows)`;
}

/** Slices that the figures hold, and insufficient ones beside them: an entry of the log is under 64 KiB. */
const MOST_SHOWN = 40;
const MOST_SMALL = 20;

/** The worst first. */
export function sliceFigures(slices: readonly Slice[]): { readonly [key: string]: Json } {
  const judged = slices.filter(({ p }) => p !== null).toSorted((a, b) => (a.p as number) - (b.p as number));
  const small = slices.filter(({ p }) => p === null).toSorted((a, b) => b.part.rows.length - a.part.rows.length);
  const shown = [...judged.slice(0, MOST_SHOWN), ...small.slice(0, MOST_SMALL)];
  return { slices: shown.map(oneFigure), judged: judged.length, insufficient: small.length };
}

function oneFigure({ part, rule, outcome, harm, p }: Slice): Json {
  const { column, value, rows } = part;
  const whose = { column, value, rows: rows.length, rule, outcome };
  if (harm === null) return whose;
  if (harm.test === null) return { ...whose, why: harm.reason };
  const { delta, lower, upper, test } = harm;
  return finite({ ...whose, loss: delta, lower, upper, p, test });
}
