/**
 * A version made again, from its frozen recipe, its snapshot and what the log and the store say of its study: the proof that
 * the record is enough to make the model. Nothing of it goes into the home.
 */
import { dirname, join } from "node:path";
import type { Artifacts } from "../artifacts/artifacts.js";
import { loadSide, viewSide } from "../data/side.js";
import type { SnapshotSummary } from "../data/snapshot.js";
import { fromRecord, SousError } from "../errors.js";
import type { EnsembleChoice } from "../evaluator/messages.js";
import { compareParity, probeTable } from "../evaluator/parity.js";
import { openModel } from "../evaluator/scoring.js";
import type { DecisionBody } from "../ledger/entry.js";
import type { Version } from "../promotion/champion.js";
import type { Recipe } from "../recipe/recipe.js";
import { makeFinalistAgain, modelMade } from "../search/again.js";
import { resamplingOf } from "../search/resampling.js";
import { choiceOf } from "../search/result.js";
import { limits } from "../search/trial-job.js";
import type { Store } from "../store/store.js";
import { isKept, takenSnapshot } from "./data.js";
import type { Parts } from "./parts.js";

/** The largest difference of probabilities, or of values relative to their size, that counts as the same model. */
const TOLERANCE = 1e-5;

export interface Reproduction {
  /** `identical`: bit for bit; `close`: the same predictions within 1e-5 on 1,000 rows; `different`: neither. */
  readonly verdict: "identical" | "close" | "different";
  /** SHA-256 (hex) of the model that was made. */
  readonly model: string;
  /** Largest difference of the predictions; null where the bytes are the same. */
  readonly largest: number | null;
  /** What is not as it was when the version was made, as people read it. */
  readonly changes: readonly string[];
}

/** What is known of the version. */
export interface Record {
  readonly version: Version;
  readonly decision: DecisionBody;
  readonly recipe: Recipe;
  readonly model: Uint8Array;
  readonly store: Store | null;
  /** The home's own artifacts, to read. */
  readonly kept: Artifacts;
}

/** `artifacts` are for what is made on the way, with the snapshots of the home. */
type Ports = Pick<Parts, "evaluator" | "descriptors" | "artifacts" | "roots" | "home"> & {
  readonly signal: AbortSignal;
  /** Versions of `sous` and of Node, as the ledger has them. */
  readonly code: Pick<DecisionBody["code"], "sous" | "node">;
};

/**
 * Null when the signal ended it.
 * @throws SousError REPRODUCE_DATA_CHANGED, REPRODUCE_FORGOTTEN, REPRODUCE_FAILED, and what the jobs throw
 */
export async function reproduced(record: Record, ports: Ports): Promise<Reproduction | null> {
  const { decision, recipe, version } = record;
  const options = { ...limits(recipe), signal: ports.signal };
  const summary = await snapshotOf(record, ports);
  if (summary === null) return null;
  await provideOrigin(record, ports);
  const place = {
    snapshot: summary.digest,
    recipe,
    metric: decision.metric,
    resampling: resamplingOf(recipe, summary),
  };
  const again = { ...place, direction: directionOf(decision, ports), ...(await finalistOf(record)) };
  const result = await makeFinalistAgain(again, { evaluator: ports.evaluator, options });
  if (result.status === "failed") throw fromRecord(result.error);
  if (result.status !== "done") return null;
  const model = modelMade(result);
  if (model === null) throw new SousError("REPRODUCE_FAILED", { name: version.name, number: version.number });
  const largest = model === version.model ? null : await largestOf(record, { model, summary }, ports);
  const verdict = largest === null ? "identical" : largest <= TOLERANCE ? "close" : "different";
  return { verdict, model, largest, changes: changesSince(decision, ports) };
}

/** The snapshot of the version, taken anew where the home no longer keeps it. */
async function snapshotOf({ decision, store, recipe, kept }: Record, ports: Ports): Promise<SnapshotSummary | null> {
  const known = await store?.snapshot(decision.data.snapshot);
  if (known && (await isKept(kept, known.digest))) return known.summary;
  const path = join(ports.home.folder, decision.recipe.path);
  const taking = { folder: dirname(path), named: [], known: known?.summary, signal: ports.signal };
  const result = await takenSnapshot(ports, recipe, taking);
  if (result === null) return null;
  if (result.summary.digest === decision.data.snapshot) return result.summary;
  throw new SousError("REPRODUCE_DATA_CHANGED", { expected: decision.data.snapshot, found: result.summary.digest });
}

async function provideOrigin({ recipe, kept }: Record, { artifacts }: Ports): Promise<void> {
  const digest = recipe.base?.digest ?? null;
  if (digest === null) return;
  const bytes = await kept.find(digest);
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest });
  await artifacts.put(bytes);
}

function directionOf({ metric }: DecisionBody, { descriptors }: Ports) {
  const found = descriptors.metrics.find(({ name }) => name === metric);
  if (found !== undefined) return found.direction;
  const known = descriptors.metrics.map(({ name }) => name).sort();
  throw new SousError("METRIC_UNKNOWN", { metric, known: known.join(", ") });
}

/** How an ensemble was put together is in the store alone. */
async function finalistOf({ decision, store, version }: Record) {
  const { trial, learner, params } = decision.search.finalist;
  const trials = async () => (await store?.trialStorage(decision.search.study).load()) ?? [];
  if (learner !== "ensemble") return { finalist: { trial, learner, params, ensemble: null }, trials };
  const found = (await trials()).find(({ number }) => number === trial);
  const ensemble: EnsembleChoice | null = found === undefined ? null : choiceOf(found);
  if (ensemble === null) throw new SousError("REPRODUCE_FORGOTTEN", { name: version.name, number: version.number });
  return { finalist: { trial, learner, params, ensemble }, trials };
}

/** Of what both models say of real rows with missing, unseen and extreme cells. */
async function largestOf(
  { recipe, model: before }: Record,
  { model, summary }: { readonly model: string; readonly summary: SnapshotSummary },
  { artifacts }: Ports,
): Promise<number> {
  const made = await artifacts.find(model);
  if (made === null) throw new SousError("MODEL_MISSING", { digest: model });
  const rows = viewSide(await loadSide(artifacts.snapshotFolder(summary.digest), "select")).table;
  const probe = probeTable(rows, { seed: recipe.search.seed });
  const [own, other] = await Promise.all(
    [before, made].map(async (bytes) => {
      const open = await openModel(bytes, summary.spec);
      return open.answer(probe).finally(() => open.release());
    }),
  );
  if (own === undefined || other === undefined) throw new TypeError("two models were asked");
  const { maxAbs, labelAgreement } = compareParity(summary.spec, own.prediction, other);
  return labelAgreement === 1 ? maxAbs : Math.max(maxAbs, 1);
}

function changesSince({ code }: DecisionBody, { descriptors, code: now }: Ports): readonly string[] {
  const versions = (["sous", "node"] as const).flatMap((what) =>
    code[what] === now[what] ? [] : [`${what} was ${code[what]} and is ${now[what]}`],
  );
  const digests = new Map(descriptors.plugins.map(({ name, version, digest }) => [`${name}@${version}`, digest]));
  const plugins = Object.entries(code.plugins).flatMap(([name, digest]) =>
    digests.get(name) === digest ? [] : [`plugin ${name} ${digests.has(name) ? "has changed" : "is gone"}`],
  );
  return [...versions, ...plugins];
}
