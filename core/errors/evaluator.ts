/** Trials, the processes that run them, and the models that they make. */
import type { ErrorRow } from "./row.js";

export const EVALUATOR_ERRORS = {
  EVALUATOR_DEADLINE: {
    kind: "terminal",
    message: "The {job} ran longer than {seconds} s and was ended by force.",
    mend: "Raise `budget.per_trial_wall`, or give the learner less to do. A learner must call `report` or `pause` at least once a second.",
  },
  EVALUATOR_NOT_BEGUN: {
    kind: "transient",
    message: "The {job} had not begun {seconds} s after it was given to a worker thread.",
    mend: "A plugin of your own that hangs while it is loaded does this: take the newest one out. Else the machine is overloaded.",
  },
  EVALUATOR_MEMORY: {
    kind: "terminal",
    message:
      "The {job} took the evaluator process to {heldMiB} MiB, over the cap of {capMiB} MiB, and again when the job was alone in it.",
    mend: "Raise `budget.memory`, use less data, or narrow the parameters that make the model large.",
  },
  EVALUATOR_HEAP: {
    kind: "terminal",
    message: "The {job} ran out of JavaScript heap: {reason}",
    mend: "Keep large data in typed arrays, which are not on the heap, or use less data.",
  },
  EVALUATOR_EXITED: {
    kind: "terminal",
    message: "The {job} ended its worker thread with exit code {exitCode}: something in it called process.exit().",
    mend: "Take the call out of the plugin; a learner that can't make a model throws a LearnerFailure.",
  },
  EVALUATOR_CRASHED: {
    kind: "terminal",
    message: "The evaluator process died ({how}) under the {job}, and again when the job was alone in it.",
    mend: "The learner or the native library that it uses crashes on these data or parameters: leave it out of `search.learners`, or update it.",
  },
  EVALUATOR_THREW: {
    kind: "terminal",
    message: "The {job} threw: {reason}",
    mend: "This is a fault of the plugin: its `sous/testing` conformance kit may show where. Leave it out of the recipe until it is mended.",
  },
  EVALUATOR_UNSTARTABLE: {
    kind: "transient",
    message: "The evaluator process can't be started: {reason}.",
    mend: "Check free memory and the number of processes that the user may have; its own output is in the daemon's.",
  },
  LEARNER_UNKNOWN: {
    kind: "terminal",
    message: "No loaded plugin provides the learner {learner}; there are {known}.",
    mend: "Correct the name, or put the plugin that provides it into the plugins folder.",
  },
  SAMPLER_UNKNOWN: {
    kind: "terminal",
    message: "No loaded plugin provides the sampler {sampler}; there are {known}.",
    mend: "Correct the name, or put the plugin that provides it into the plugins folder.",
  },
  MODEL_MISSING: {
    kind: "transient",
    message: "The model {digest} is no longer in the artifacts, or its bytes have changed.",
    mend: "Nothing needs doing: the study runs again. If this comes back, check the disk.",
  },
  EVALUATOR_CLOSED: {
    kind: "fatal",
    message: "The evaluator was asked to run a {job} after it had been closed.",
    mend: "This is a fault of the program; please report it.",
  },
  TRIAL_FAILED: {
    kind: "terminal",
    message: "The learner {learner} made no model ({label}): {reason}",
    mend: "The trial counts as failed and the search goes on; narrow the learner's space if many trials end so.",
  },
  MODEL_UNLOADABLE: {
    kind: "terminal",
    message: "onnxruntime can't load the model: {reason}",
    mend: "The learner that exported it writes a graph that onnxruntime doesn't run: update the learner, or leave it out of `search.learners`.",
  },
  MODEL_CONTRACT: {
    kind: "terminal",
    message: "The model doesn't keep the contract of docs/models.md: {reason}.",
    mend: "Mend the learner that exported it; `finishModel` of the plugin contract makes outputs and metadata that are right.",
  },
  MODEL_COLUMN: {
    kind: "terminal",
    message: "The model's input {column} can't be filled: {reason}.",
    mend: "Give the data a column of that name and type, as when the model was trained.",
  },
  MODEL_NO_ROUNDS: {
    kind: "fatal",
    message: "The model has no boosted trees of which the first rounds could be taken.",
    mend: "Leave `--trees` out. `gbdt` boosts; the trees of forests count by their mean, and all are needed.",
  },
  MODEL_RUN: {
    kind: "terminal",
    message: "onnxruntime failed while it ran the model: {reason}",
    mend: "The learner that exported it writes a graph that fails on these rows: update the learner, or leave it out of `search.learners`.",
  },
  MODEL_PREDICTION: {
    kind: "terminal",
    message: "The {source} gives a prediction that is none: {reason}.",
    mend: "Mend the learner that made it: every row, also with missing, unseen or extreme values, must get finite numbers, and class probabilities that sum to 1.",
  },
  ENSEMBLE_TOO_LARGE: {
    kind: "terminal",
    message:
      "An ensemble of {members} models and {mib} MiB was asked for; {most} models and {mostMiB} MiB are the most.",
    mend: "Ask for a smaller one by `search.ensemble.size`.",
  },
  ENSEMBLE_UNMERGEABLE: {
    kind: "terminal",
    message: "The models of an ensemble can't stand in one graph: {reason}.",
    mend: "The study goes on without an ensemble. Export all models with one opset, 17 where you can choose.",
  },
} as const satisfies Record<string, ErrorRow>;
