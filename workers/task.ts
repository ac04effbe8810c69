/** The module that runs in the pool's threads: one job at a time, with this thread's own copy of the plugins. */
import { BroadcastChannel } from "node:worker_threads";
import { Artifacts } from "../core/artifacts/artifacts.js";
import type { JobKind, JobResult, JobTable, OutcomeOf, Places } from "../core/evaluator/messages.js";
import { loadPlugins } from "../core/registry/load.js";
import type { Registry } from "../core/registry/registry.js";
import { BUILTINS, DEFAULTS } from "../plugins/builtins.js";
import { type Assignment, FAREWELL, type Farewell } from "./assignment.js";
import { JobContext } from "./context.js";
import type { Desk } from "./desk.js";
import { thrownBy } from "./failure.js";
import { arrivals } from "./tasks/arrivals.js";
import { confirmFinalist } from "./tasks/confirm.js";
import { describe } from "./tasks/describe.js";
import { duel } from "./tasks/duel.js";
import { ensemble } from "./tasks/ensemble.js";
import { importance } from "./tasks/importance.js";
import { origin } from "./tasks/origin.js";
import { predict } from "./tasks/predict.js";
import { propose } from "./tasks/propose.js";
import { replay } from "./tasks/replay.js";
import { snapshot } from "./tasks/snapshot.js";
import { trial } from "./tasks/trial.js";

type Task<K extends JobKind> = (job: JobTable[K]["job"], desk: Desk) => Promise<OutcomeOf<K>>;

const TASKS: { readonly [K in JobKind]: Task<K> } = {
  describe,
  snapshot,
  propose,
  trial,
  ensemble,
  confirm: confirmFinalist,
  origin,
  predict,
  importance,
  replay,
  duel,
  arrivals,
};

/** Begun in this thread. */
let jobs = 0;
let loading: Promise<Registry> | null = null;

/** What Piscina calls. */
export async function run(assignment: Assignment): Promise<JobResult<JobKind>> {
  const { job, places, dataset, cancel, port } = assignment;
  const context = new JobContext(port, cancel);
  try {
    const registry = await plugins(places);
    context.started(jobs++ > 0);
    const outcome = await perform(job, {
      registry,
      places,
      dataset,
      context,
      artifacts: new Artifacts(places.artifacts),
    });
    return { status: "done", outcome };
  } catch (error) {
    return context.stop ?? { status: "failed", error: thrownBy(job, error).toJSON() };
  } finally {
    port.close();
  }
}

function perform<K extends JobKind>(job: JobTable[K]["job"] & { readonly kind: K }, desk: Desk): Promise<OutcomeOf<K>> {
  return TASKS[job.kind](job, desk);
}

function plugins(places: Places): Promise<Registry> {
  loading ??= load(places).catch((error) => {
    loading = null; // the disk may be back at the next job
    throw error;
  });
  return loading;
}

function load({ plugins: folder, packages, without = [] }: Places): Promise<Registry> {
  const packagesFrom = packages ?? null;
  return loadPlugins({ builtins: BUILTINS, defaults: DEFAULTS, folder, packagesFrom, without });
}

const farewell = new BroadcastChannel(FAREWELL);
farewell.unref();
farewell.onmessage = async ({ data }) => {
  if (data !== ("dispose" satisfies Farewell)) return; // another thread's answer
  // A plugin that can't end keeps no other from ending, and there is nobody left to tell.
  await loading?.then((registry) => registry.dispose()).catch(() => {});
  farewell.postMessage("disposed" satisfies Farewell);
};
