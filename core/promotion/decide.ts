/** From verdicts to a decision. Pure: the same verdicts give the same decision and the same sentence. */
import type { GateRecord } from "../evaluator/messages.js";
import type { Decision } from "../ledger/entry.js";
import type { Outcome } from "../plugin/index.js";
import { type Outlook, remedyOf } from "./remedy.js";

export interface Judgement {
  readonly decision: Decision;
  /** One sentence with numbers. */
  readonly reason: string;
}

/** Where the search found the champion again, bit for bit: whatever the gates say, nothing is better than before. */
export const UNCHANGED: Judgement = {
  decision: "REJECTED",
  reason: "Not promoted: the finalist is the champion itself, bit for bit.",
};

/**
 * Every gate must pass. That needs no correction for their number: a false promotion needs all of them to be wrong
 * (intersection–union test). A gate that is against outweighs one that can't tell.
 * @param mode early: of a study's first model, while the study runs; barred: of a model that was taken out of service;
 * shadow: where a champion serves
 * @param outlook what later looks will be like, for what a finalist that isn't promoted would need; null: not said
 */
export function decide(
  gates: readonly GateRecord[],
  mode: "auto" | "manual" | "early" | "barred" | "shadow",
  outlook: Outlook | null = null,
): Judgement {
  if (gates.length === 0)
    return { decision: "INCONCLUSIVE", reason: "Not promoted: the recipe has no gate to judge by." };
  const against = said(gates, "FAIL");
  const remedy = outlook && remedyOf(gates, outlook);
  const told = (said: string) => (remedy === null ? said : `${said} ${remedy}`);
  if (against.length > 0) return { decision: "REJECTED", reason: told(sentence("Rejected", against)) };
  const unsure = said(gates, "INCONCLUSIVE");
  if (unsure.length > 0)
    return { decision: "INCONCLUSIVE", reason: told(sentence("Not promoted, for want of evidence", unsure)) };
  if (mode === "barred")
    return {
      decision: "PENDING",
      reason: sentence("Waits for approval, since this very model was rolled back", gates),
    };
  if (mode === "manual" || mode === "shadow")
    return { decision: "PENDING", reason: sentence(`${WAITS[mode]}; every gate passed`, gates) };
  const until = mode === "early" ? " until its study ends" : "";
  return { decision: "PROMOTED", reason: sentence(`Promoted${until}; every gate passed`, gates) };
}

const WAITS = {
  manual: "Waits for approval",
  shadow: "Runs in shadow beside the champion until rows that come later decide",
};

function said(gates: readonly GateRecord[], outcome: Outcome): readonly GateRecord[] {
  return gates.filter((gate) => gate.outcome === outcome);
}

/** Gates that say the same are named together. */
function sentence(opening: string, gates: readonly GateRecord[]): string {
  const reasons = [...new Set(gates.map(({ reason }) => reason))];
  const parts = reasons.map((reason) => {
    const names = gates.filter((gate) => gate.reason === reason).map(({ gate }) => gate.kind);
    return `${names.join(", ")}: ${reason.replace(/\.$/, "")}`;
  });
  return `${opening}: ${parts.join("; ")}.`;
}
