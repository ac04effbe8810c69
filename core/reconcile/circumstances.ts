/** What a decision's entry says of the code, the data and the effort that it rests on. */
import { digestOf } from "../artifacts/digest.js";
import type { SnapshotSummary } from "../data/snapshot.js";
import { onnxruntimeVersion, platform, sousCommit, sousVersion } from "../environment.js";
import type { Descriptors, TrialOutcome } from "../evaluator/messages.js";
import type { DecisionBody } from "../ledger/entry.js";
import type { ReadRecipe } from "../recipe/recipe.js";

export function codeOf({ plugins }: Descriptors): DecisionBody["code"] {
  const commit = sousCommit();
  return {
    sous: sousVersion(),
    ...(commit !== null && { commit }),
    node: process.version,
    onnxruntime: onnxruntimeVersion(),
    platform: platform(),
    plugins: Object.fromEntries(plugins.map(({ name, version, digest }) => [`${name}@${version}`, digest])),
  };
}

export function dataOf(summary: SnapshotSummary, { recipe }: ReadRecipe): DecisionBody["data"] {
  const origin = recipe.base?.digest ?? null;
  return {
    snapshot: summary.digest,
    rows: summary.rows,
    schema: schemaDigest(summary),
    holdout: summary.sideDigests.confirm,
    split: { method: recipe.split.method, seed: recipe.split.seed },
    ...(summary.context !== undefined && { context: summary.context }),
    ...(origin !== null && { base: origin }),
  };
}

/** Seconds and microseconds as the trial's own machine found them. */
export function resourcesOf({ seconds, timing }: TrialOutcome): NonNullable<DecisionBody["resources"]> {
  return { seconds, ...timing };
}

/** The same as long as the columns stay what they are, whatever rows come. */
function schemaDigest({ spec, columns }: SnapshotSummary): string {
  return digestOf({ spec, columns: columns.map(({ name, kind, type, ordered }) => ({ name, kind, type, ordered })) });
}
