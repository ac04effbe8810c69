import type { PromotionEntry } from "../../core/provenance/statement.js";
import { decisionOf, headerOf } from "../promotion/entries.js";

/** The log's first line: version 1 of `churn`, of a model with the digest c… */
export function promotionEntry(): PromotionEntry {
  const version = { number: 1, model: "c".repeat(64), from: null };
  const body = decisionOf({ version, snapshot: "5".repeat(64), holdout: "4".repeat(64) });
  return { ...headerOf(1), ...body, version };
}
