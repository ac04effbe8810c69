/** What the next look at a holdout can do: its number, the error it may risk, the effect it can show. */
import type { SnapshotSummary } from "../data/snapshot.js";
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
}

export interface Prospect {
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

/** What a look of now would be. */
export function prospectOf(standing: Standing, plan: Plan): Prospect {
  const { recipe, alpha, against, summary, metric } = plan;
  const side = summary.sides.confirm;
  const account = accountFor(standing.accounts, { recipe, digest: summary.sideDigests.confirm, rows: side.rows });
  const spent = [...account.looks.values()];
  const allowance = allowanceOf(alpha, spent, against);
  const known = standing.recipes.get(recipe)?.measured ?? null;
  const measured = known?.metric === metric.name ? known : null;
  const ask = { alpha: allowance.alpha, measured };
  const first = allowanceOf(alpha, [], against).alpha;
  const isExhausted = isSpent(allowance) || isBeyond(side, metric.shape, { ...ask, first });
  return {
    shape: metric.shape,
    look: nextLook(account),
    allowance,
    smallest: smallestEffect(side, metric.shape, ask),
    outlook: {
      alpha: allowanceOf(alpha, [...spent, { against, alpha: allowance.alpha, promoted: false }], against).alpha,
      freshFrom: freshFrom(account),
      freshAlpha: first,
      labelled: summary.rows / Math.max(1, side.rows),
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
