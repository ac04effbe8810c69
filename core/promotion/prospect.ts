/** What the next look at a holdout can do: its number, the error it may risk, the effect it can show. */
import type { SideSummary, SnapshotSummary } from "../data/snapshot.js";
import { SousError } from "../errors.js";
import type { GateRecord } from "../evaluator/messages.js";
import type { Shape } from "../plugin/metric.js";
import { type Account, accountFor, freshFrom, nextLook } from "./account.js";
import { type Against, type Allowance, allowanceOf, isSpent } from "./alpha.js";
import type { Standing } from "./champion.js";
import { isBeyond, type SmallestEffect, smallestEffect } from "./power.js";
import type { Outlook } from "./remedy.js";

export interface Plan {
  /** Name of the recipe. */
  readonly recipe: string;
  /** `promotion.alpha` */
  readonly alpha: number;
  /** What is to be beaten. */
  readonly against: Against;
  readonly summary: Pick<SnapshotSummary, "rows" | "sides" | "sideDigests">;
  readonly metric: { readonly name: string; readonly shape?: Shape };
  /** Confirm rows that no look of the recipe has seen; absent or null: none, or it isn't known which. */
  readonly fresh?: Omit<Part, "isFresh"> | null;
}

/** What a look is at. */
interface Part {
  readonly side: SideSummary;
  /** SHA-256 (hex) that names it in the log. */
  readonly digest: string;
  /** Only rows that no look of the recipe has seen. */
  readonly isFresh: boolean;
}

export interface Prospect {
  readonly part: Part;
  /** Of the metric. */
  readonly shape: Shape | undefined;
  /** The number of the next look, from 1. */
  readonly look: number;
  readonly allowance: Allowance;
  /** At that look; null where it isn't known. */
  readonly smallest: SmallestEffect | null;
  /** In place of every gate's verdict, where the look would be none; else null. */
  readonly exhausted: GateRecord | null;
  /** What looks after it will be like, where it promotes nothing. */
  readonly outlook: Outlook;
}

/**
 * By how much the gain that fresh rows can show may be larger than what the whole side can, for them to be preferred: what
 * was looked at before has had a part in what was tried since, and that part is bounded by alpha, not known.
 */
const PREFERENCE = 1.25;

/**
 * What a look of now would be: at the rows that no look has seen, where with an account of their own they can show nearly as
 * small a gain as the whole confirm side can with what is left for it; else at all of it.
 */
export function prospectOf(standing: Standing, plan: Plan): Prospect {
  const { sides, sideDigests } = plan.summary;
  const whole = prospectAt(standing, plan, { side: sides.confirm, digest: sideDigests.confirm, isFresh: false });
  if (!plan.fresh || !isUsable(plan.fresh.side)) return whole;
  const fresh = prospectAt(standing, plan, { ...plan.fresh, isFresh: true });
  return isPreferred(fresh, whole) ? fresh : whole;
}

function isPreferred(fresh: Prospect, whole: Prospect): boolean {
  if (fresh.exhausted !== null || whole.exhausted !== null) return fresh.exhausted === null;
  return (
    fresh.smallest !== null && whole.smallest !== null && fresh.smallest.effect <= PREFERENCE * whole.smallest.effect
  );
}

/** Of fewer no gate says anything (docs/promotion.md). */
const LEAST = { rows: 20, ofClass: 5 };

function isUsable({ rows, classCounts }: SideSummary): boolean {
  return rows >= LEAST.rows && classCounts.every((count) => count >= LEAST.ofClass);
}

function prospectAt(standing: Standing, plan: Plan, part: Part): Prospect {
  const { recipe, alpha, against, summary, metric } = plan;
  const { side, digest, isFresh } = part;
  const account = accountFor(standing.accounts, { recipe, digest, rows: side.rows, isFresh });
  const spent = [...account.looks.values()];
  const allowance = allowanceOf(alpha, spent, against);
  const known = standing.recipes.get(recipe)?.measured ?? null;
  const measured = known?.metric === metric.name ? known : null;
  const ask = { alpha: allowance.alpha, measured };
  const first = allowanceOf(alpha, [], against).alpha;
  const isExhausted = isSpent(allowance) || isBeyond(side, metric.shape, { ...ask, first });
  return {
    part,
    shape: metric.shape,
    look: nextLook(account),
    allowance,
    smallest: smallestEffect(side, metric.shape, ask),
    outlook: {
      alpha: allowanceOf(alpha, [...spent, { against, alpha: allowance.alpha, promoted: false }], against).alpha,
      freshFrom: freshFrom(account),
      freshAlpha: first,
      labelled: summary.rows / Math.max(1, summary.sides.confirm.rows),
    },
    exhausted: isExhausted ? exhaustedRecord(account, allowance, summary) : null,
  };
}

function exhaustedRecord(account: Account, { alpha, left }: Allowance, { sides, rows }: Plan["summary"]): GateRecord {
  const confirm = sides.confirm.rows;
  const missing = Math.max(1, freshFrom(account) - confirm);
  const labelled = Math.ceil((missing * rows) / Math.max(1, confirm));
  const details = { looks: account.looks.size, alpha: Number(alpha.toPrecision(2)), rows: about(labelled) };
  const { code, message, mend } = new SousError("HOLDOUT_EXHAUSTED", details);
  return {
    gate: { kind: "holdout" },
    outcome: "INCONCLUSIVE",
    reason: `${code}: ${message} ${mend}`,
    figures: { looks: account.looks.size, alpha, left, confirm_rows: confirm, rows_needed: labelled },
  };
}

/** Two significant digits. */
function about(rows: number): string {
  return rows.toLocaleString("en-US", { maximumSignificantDigits: 2 });
}
