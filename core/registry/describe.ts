/** What the loaded plugins provide, as plain data that crosses processes. */
import type { Space } from "hyperparameter-js";
import type { Descriptors, Optioned } from "../evaluator/messages.js";
import type { Learner, Task } from "../plugin/index.js";
import type { Contracts, Kind } from "./provided.js";
import { EXAMPLE_SPECS } from "./shape.js";

/** An instance and the name of the plugin that it came with. */
export interface Owned<T> {
  readonly instance: T;
  readonly plugin: string;
}

type Shelves = { readonly [K in Kind]: ReadonlyMap<string, Owned<Contracts[K]>> };

export function describe({
  learners,
  metrics,
  gates,
  samplers,
  sources,
}: Shelves): Omit<Descriptors, "plugins" | "broken" | "defaults"> {
  return {
    learners: [...learners.values()].map(({ instance, plugin }) => ({
      name: instance.name,
      tasks: instance.tasks,
      baseline: instance.baseline === true,
      ...(instance.needs && { needs: instance.needs }),
      ...(instance.continues && { continues: instance.continues }),
      spaces: spacesOf(instance),
      plugin,
    })),
    metrics: [...metrics.values()].map(({ instance: { name, direction, tasks, shape }, plugin }) => ({
      name,
      direction,
      tasks,
      ...(shape && { shape }),
      plugin,
    })),
    gates: [...gates.values()].map(optioned),
    samplers: [...samplers.values()].map(optioned),
    sources: [...sources.values()].map((owned) => ({ ...optioned(owned), extensions: owned.instance.extensions })),
  };
}

function optioned({ instance: { name, options }, plugin }: Owned<Omit<Optioned, "plugin">>): Optioned {
  return { name, options, plugin };
}

function spacesOf(learner: Learner): Partial<Record<Task, Space>> {
  return Object.fromEntries(learner.tasks.map((task) => [task, learner.space(EXAMPLE_SPECS[task])]));
}
