/** A search that can't begin or end. */
import type { ErrorRow } from "./row.js";

export const SEARCH_ERRORS = {
  SEARCH_NO_LEARNER: {
    kind: "terminal",
    message: "No learner can do the task {task}.",
    mend: "Leave search.learners out, name a learner that can, or add a plugin that provides one.",
  },
  SEARCH_LEARNER_UNFIT: {
    kind: "terminal",
    message: "The learner {learner} can't be searched for the task {task}.",
    mend: "Take it out of search.learners; `sous schema` lists what there is.",
  },
  SEARCH_METRIC_UNFIT: {
    kind: "terminal",
    message: "The metric {metric} does not fit the task {task}, which was inferred from the target.",
    mend: "Name a metric of that task, or set task in the recipe when the inference is wrong.",
  },
  SEARCH_NO_CANDIDATE: {
    kind: "terminal",
    message: "No trial of the recipe {name} made a model; the last one said: {reason}",
    mend: "Mend what it says, or raise budget.per_trial_wall and budget.memory; the recipe is tried again when it or its data change.",
  },
  SEARCH_OUT_OF_WALL: {
    kind: "terminal",
    message: "The trial was ended because the recipe's wall time was used up.",
    mend: "Raise budget.wall, or lower budget.trials.",
  },
  IMPORTANCE_NO_SCORE: {
    kind: "terminal",
    message: "The metric {metric} is not defined on the {rows} rows that the columns would be judged by.",
    mend: "Use a metric that is, or more data: a class may be missing on the select side.",
  },
  METRIC_UNKNOWN: {
    kind: "terminal",
    message: "No metric is called {metric}.",
    mend: "Use one of: {known}; or load the plugin that has it.",
  },
} as const satisfies Record<string, ErrorRow>;
