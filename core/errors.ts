/**
 * The one catalogue of coded errors. A code never changes its meaning and is never used again once retired.
 *
 * `kind` decides what reconcile does (DESIGN §5): `terminal` waits until the bytes change, `transient` is tried again
 * with back-off, `fatal` ends the command with exit status 2. Messages take `{field}` from the error's details.
 * docs/errors.md is written from this table by `npm run docs:errors`; spec/errors.spec.ts keeps the two the same.
 */

export type ErrorKind = "terminal" | "transient" | "fatal";

export interface ErrorRow {
  readonly kind: ErrorKind;
  /** What happened and where, with `{field}` placeholders. */
  readonly message: string;
  /** How to mend it. */
  readonly mend: string;
}

export const CATALOGUE = {
  // --- recipe -------------------------------------------------------------------------------------------------
  RECIPE_UNREADABLE: {
    kind: "transient",
    message: "The recipe file {path} can't be read: {reason}.",
    mend: "Check that the file is there and that the daemon's user may read it.",
  },
  RECIPE_NOT_A_FILE: {
    kind: "terminal",
    message: "{path} isn't a file.",
    mend: "A recipe is one file: `<name>.recipe.yaml`, `<name>.recipe.yml` or `<name>.recipe.json`.",
  },
  RECIPE_FILE_NAME: {
    kind: "terminal",
    message: "{path} isn't named as a recipe.",
    mend: "Name it `<name>.recipe.yaml`, `<name>.recipe.yml` or `<name>.recipe.json`.",
  },
  RECIPE_TOO_LARGE: {
    kind: "terminal",
    message: "The recipe has {bytes} bytes; a recipe may have {limit}.",
    mend: "A recipe describes data, it doesn't hold them: put them in files and name those in `data.source`.",
  },
  RECIPE_NOT_UTF8: {
    kind: "terminal",
    message: "The recipe isn't UTF-8 text.",
    mend: "Save the file as UTF-8.",
  },
  RECIPE_EMPTY: {
    kind: "terminal",
    message: "The recipe is empty.",
    mend: "The shortest recipe is one line: `data: { source: data.csv, target: column }`.",
  },
  RECIPE_SYNTAX: {
    kind: "terminal",
    message: "This isn't {format}: {reason}.",
    mend: "Correct the text there.{hint}",
  },
  RECIPE_NOT_PLAIN: {
    kind: "terminal",
    message: "{feature} can't be used in a recipe.",
    mend: "Write the values out plainly.{hint}",
  },
  RECIPE_TOO_COMPLEX: {
    kind: "terminal",
    message: "The recipe is too complex: {reason}.",
    mend: "Write it flat and short; no recipe needs as much.",
  },
  RECIPE_DUPLICATE_KEY: {
    kind: "terminal",
    message: "The key `{key}` is given twice; the first one is on line {first}.",
    mend: "Keep one of the two.",
  },
  RECIPE_UNKNOWN_KEY: {
    kind: "terminal",
    message: "There is no key `{key}` {place}.",
    mend: "Correct it or take it out.{hint}",
  },
  RECIPE_MISSING_KEY: {
    kind: "terminal",
    message: "The key `{key}` is missing.",
    mend: "Add it: {expected}.",
  },
  RECIPE_WRONG_TYPE: {
    kind: "terminal",
    message: "`{key}` must be {expected}, not {got}.",
    mend: "Correct the value.{hint}",
  },
  RECIPE_OUT_OF_RANGE: {
    kind: "terminal",
    message: "`{key}` must be {expected}, not {got}.",
    mend: "Correct the value.{hint}",
  },
  RECIPE_BAD_FORMAT: {
    kind: "terminal",
    message: "`{key}` must be {expected}, not {got}.",
    mend: "Correct the value.{hint}",
  },
  RECIPE_UNKNOWN_NAME: {
    kind: "terminal",
    message: "`{key}`: there is no {what} {got}.",
    mend: "Take one of {known}.{hint}",
  },
  RECIPE_REPEATED: {
    kind: "terminal",
    message: "`{key}` has {got} twice.",
    mend: "Name each one once.",
  },
  RECIPE_OPTION: {
    kind: "terminal",
    message: "`{key}` {reason}.",
    mend: "See the options of this plugin in `sous schema`.",
  },
  RECIPE_NAME: {
    kind: "terminal",
    message: "`{name}` can't be the name of a recipe: {reason}.",
    mend: "Rename the file or give `name:` with 1 to 64 lower-case letters, digits, `-` and `_`, a letter or digit first; it becomes the folder of the models.",
  },
  RECIPE_FRACTIONS: {
    kind: "terminal",
    message: "`split.fractions` add up to {sum}, not to 1.",
    mend: "Make train + select + confirm equal to 1, for example 0.6, 0.2 and 0.2.",
  },
  RECIPE_POSITIVE_TASK: {
    kind: "terminal",
    message: "`data.positive` names a positive class, but `task` is {task}.",
    mend: "Take out `data.positive`, or make it `task: binary`.",
  },
  RECIPE_METRIC_TASK: {
    kind: "terminal",
    message: "`{key}`: the metric {metric} isn't for the task {task}.",
    mend: "Take one of {known}.",
  },
  RECIPE_LEARNER_TASK: {
    kind: "terminal",
    message: "`{key}`: the learner {learner} can't do the task {task}.",
    mend: "Take one of {known}.",
  },
  RECIPE_BASELINE_LEARNER: {
    kind: "terminal",
    message: "`{key}`: {learner} is a baseline, which is always tried outside the budget and can't be searched.",
    mend: "Take one of {known}, or leave `search.learners` out to search all of them.",
  },
  RECIPE_SPLIT_COLUMN: {
    kind: "terminal",
    message: "`split.method: {method}` needs `data.{column}`.",
    mend: "Add `data.{column}: <column>`, or take the method hash.",
  },
  RECIPE_SPLIT_UNCLEAR: {
    kind: "terminal",
    message: "{given} are given, so the split isn't clear.",
    mend: "Say which one splits, as in `split: { method: group }`: fixed (by data.side), group or time.",
  },
  RECIPE_SPLIT_TASK: {
    kind: "terminal",
    message: "`split.method: stratified` needs classes, but `task` is regression.",
    mend: "Take the method hash.",
  },
  RECIPE_TARGET_REUSED: {
    kind: "terminal",
    message: "`{key}` names the target column `{target}`.",
    mend: "The target is what is predicted and nothing else: take it out here.",
  },
  BASE_UNREADABLE: {
    kind: "terminal",
    message: "The base model {path} can't be read: {reason}.",
    mend: "Put the ONNX file there, or take `base` out of the recipe. Nothing else needs doing: it is looked for again.",
  },
  BASE_PINNED: {
    kind: "terminal",
    message: "The base model {path} has the digest {found}, and the recipe names {expected}.",
    mend: "Give `base` the path alone, so that a new file is a new recipe; or bring the file back that the digest is of.",
  },
  BASE_CHANGED: {
    kind: "transient",
    message: "The base model {path} changed while it was taken.",
    mend: "Nothing needs doing: it is read again. Write the file elsewhere first and rename it, so that it is whole at once.",
  },
  BASE_UNFIT: {
    kind: "terminal",
    message: "The base model {path} can't be gone on from: {reason}",
    mend: "A base is a model by docs/models.md for the recipe's task, with the same classes in the same order, and takes only columns that the data have as features.",
  },
  RECIPE_PATH_OUTSIDE: {
    kind: "terminal",
    message: "`{key}`: `{path}` leaves the recipe's folder and is in no root of the daemon.",
    mend: "Put the file beside the recipe, or declare its folder as a root in the daemon's configuration.",
  },
  RECIPE_PATH_URL: {
    kind: "terminal",
    message: "`{key}`: `{path}` is an address, not a file.",
    mend: "Fetch the data to a file first and give its path.",
  },
  RECIPE_SPACE: {
    kind: "terminal",
    message: "`{key}` can't be searched: {reason}.",
    mend: "Correct the range, or take it out to search the learner's own.",
  },

  // --- data ---------------------------------------------------------------------------------------------------
  DATA_NO_FILES: {
    kind: "terminal",
    message: "No file matches data.source ({globs}) in {folder}.",
    mend: "Put the data there, or mend the path; wildcards are *, ?, **, [a-z] and {a,b}, and never match names that begin with a dot.",
  },
  DATA_OUTSIDE: {
    kind: "terminal",
    message: "The data file {file} lies outside the recipe's folder and the declared roots (its real path is {path}).",
    mend: "Move the data into the recipe's folder, or declare the folder that they lie in as a root of the daemon.",
  },
  DATA_NO_READER: {
    kind: "terminal",
    message: "No source reads {what}.",
    mend: "Use one of {known}, name one of them in data.reader, or add a source plugin.{hint}",
  },
  DATA_MIXED_FORMATS: {
    kind: "terminal",
    message: "The data files are of different formats: {first} is read by {firstReader}, {second} by {secondReader}.",
    mend: "Narrow data.source to files of one format.",
  },
  DATA_FILE_EMPTY: {
    kind: "terminal",
    message: "The data file {file} is empty.",
    mend: "Write the data into it (a CSV file begins with a line of column names), or narrow data.source.",
  },
  DATA_BAD_HEADER: {
    kind: "terminal",
    message: "The column names of {file} can't be used: {reason}.",
    mend: "Give every column a name of its own; names that differ only in letter case count as the same.",
  },
  DATA_NOT_UTF8: {
    kind: "terminal",
    message: "The data file {file} is not UTF-8 text{at}.",
    mend: "Convert it, for instance with `iconv -f WINDOWS-1252 -t UTF-8`.",
  },
  DATA_RAGGED: {
    kind: "terminal",
    message: "Line {line} of {file} has {found} fields where the header has {expected}.",
    mend: "Mend the line; a field with a comma, a quote or a line break in it must stand in double quotes.",
  },
  DATA_MALFORMED: {
    kind: "terminal",
    message: "The data file {file} can't be read{at}: {reason}.",
    mend: "Mend the file there, or write it again with the program that made it.",
  },
  DATA_UNREADABLE: {
    kind: "terminal",
    message: "The data file {file} can't be read: {reason}.",
    mend: "Check that the file is whole, of the format that its name says, and readable for the daemon's user.",
  },
  DATA_CHANGING: {
    kind: "transient",
    message: "The data file {file} changed while it was read.",
    mend: "Nothing is to be done: it is read again. Writers do best to write a new file and rename it into place.",
  },
  DATA_TOO_LARGE: {
    kind: "terminal",
    message: "The data don't fit into {memory} MiB of memory ({reason}).",
    mend: "Raise budget.memory, leave out columns at the source, or take fewer rows.",
  },
  DATA_NO_ROWS: {
    kind: "terminal",
    message: "The data files have column names but no rows.",
    mend: "Add rows, or mend data.source.",
  },
  DATA_NO_COLUMN: {
    kind: "terminal",
    message: "There is no column {column}, which {role} names.{hint}",
    mend: "The columns are: {columns}.",
  },
  DATA_TYPE_MISMATCH: {
    kind: "terminal",
    message: "The recipe says that column {column} is {type}, but the value {value} is none ({count} such values).",
    mend: "Mend the values or data.types; dates are written 2026-11-23 or 2026-11-23T17:30:00Z, booleans true and false or 1 and 0, and the list of an ordinal has every value.",
  },
  DATA_NO_ORDER: {
    kind: "terminal",
    message: "The recipe says that column {column} is ordinal, but its values ({values}) show no order.",
    mend: "Give the values from the least to the most in data.types: { {column}: { ordinal: [low, medium, high] } }.",
  },
  DATA_LEAK: {
    kind: "terminal",
    message: "The recipe refuses leaks, and {columns} may be one: {reasons}.",
    mend: "Put in data.ignore what isn't known when the model predicts; or set data.leaks to warn or allow.",
  },
  DATA_NO_FEATURES: {
    kind: "terminal",
    message: "No column is left to learn from: {reasons}.",
    mend: "Add columns that tell rows apart, or set data.types for a column that was left out by mistake.",
  },
  DATA_NO_LABELS: {
    kind: "terminal",
    message: "The target {target} is missing in all of the {rows} rows.",
    mend: "Add rows with a known target, or mend data.target.",
  },
  DATA_TARGET_NOT_NUMERIC: {
    kind: "terminal",
    message: "The task is regression, but the target {target} has the value {value} ({count} such values).",
    mend: "Mend the values, or set task to binary or multiclass.",
  },
  DATA_ONE_CLASS: {
    kind: "terminal",
    message: "The target {target} has one value only, {value}, in all of the {rows} rows: there is nothing to learn.",
    mend: "Add rows of another class, or mend data.target.",
  },
  DATA_NOT_BINARY: {
    kind: "terminal",
    message: "The task is binary, but the target {target} has {count} classes, such as {values}.",
    mend: "Set task to multiclass, or merge the classes.",
  },
  DATA_NO_POSITIVE: {
    kind: "terminal",
    message: "data.positive is {positive}, but the target {target} has only {values}.{hint}",
    mend: "Write the class in data.positive as it stands in the data, in quotes.",
  },
  DATA_TOO_MANY_CLASSES: {
    kind: "terminal",
    message: "The target {target} has {count} classes in {rows} rows.",
    mend: "A target with more than 1,000 classes is most likely an identifier or free text: mend data.target, or set task to regression.",
  },
  DATA_BAD_WEIGHT: {
    kind: "terminal",
    message: "The weight column {column} has the value {value} ({count} such values).",
    mend: "Weights are finite numbers, zero or more, in every row.",
  },
  DATA_BAD_TIME: {
    kind: "terminal",
    message: "The time column {column} has the value {value} ({count} such values), which can't be placed in time.",
    mend: "Every row needs a date such as 2026-11-23, a moment such as 2026-11-23T17:30:00Z, or a number.",
  },
  DATA_BAD_SIDE: {
    kind: "terminal",
    message: "The column of sides {column} has the value {value} ({count} such values), which names no side.",
    mend: "Write train, select (or validation) or confirm (or test) in every row.",
  },
  DATA_SPLIT_NEEDS: {
    kind: "terminal",
    message: "The split method {method} needs {needs}.",
    mend: "Add it to the recipe, or set split.method to hash.",
  },
  DATA_STRATIFIED_NUMBERS: {
    kind: "terminal",
    message: "The split method stratified needs classes, but the task is regression of {target}.",
    mend: "Set split.method to hash, or task to binary or multiclass.",
  },
  DATA_SIDE_EMPTY: {
    kind: "terminal",
    message: "The {side} side of the split has no rows ({train} train, {select} select, {confirm} confirm).",
    mend: "Add rows, or widen split.fractions.{side}; in a time split all rows of one moment stay together, in a group split all of one group.",
  },
  DATA_SIDE_LACKS_CLASS: {
    kind: "terminal",
    message:
      "The {side} side of the split has {rows} rows but none of class {class} of target {target}; all data have {count}.",
    mend: "Add rows of that class, merge or drop it, widen split.fractions.{side}, or choose another split.seed.",
  },
  DATA_SNAPSHOT_DAMAGED: {
    kind: "transient",
    message: "The snapshot {folder} is damaged: {reason}.",
    mend: "It is taken again from the data; check the disk when this happens more than once.",
  },

  // --- plugin -------------------------------------------------------------------------------------------------
  PLUGIN_IMPORT: {
    kind: "terminal",
    message: "The plugin {path} can't be imported: {reason}.",
    mend: "Mend what the message names. A plugin is an ES module; what it imports must be installed beside it.",
  },
  PLUGIN_NO_ENTRY: {
    kind: "terminal",
    message: "The plugin folder {path} has no module to begin with; looked for {tried}.",
    mend: 'Add index.ts or index.js, or name the file in the "main" of its package.json. What is no plugin belongs in another folder.',
  },
  PLUGIN_NO_EXPORT: {
    kind: "terminal",
    message: "The module {path} has no plugin as its default export.",
    mend: 'End it with `export default definePlugin({ … })`, with definePlugin from "sous". What is no plugin belongs in a folder with one.',
  },
  PLUGIN_CONTRACT: {
    kind: "terminal",
    message:
      "The plugin {plugin} ({path}) was made for version {found} of the plugin contract; this sous has version {supported}.",
    mend: "Install a version of the plugin made for this sous, or a sous of its age.",
  },
  PLUGIN_NAME: {
    kind: "terminal",
    message: "The plugin file {path} has a {what} with the name {name}.",
    mend: "Names are 1 to 64 lower-case letters, digits, _ and -, and begin with a letter.",
  },
  PLUGIN_CLASH: {
    kind: "terminal",
    message: "The plugin {plugin} ({path}) has a {what} named {name}, which the plugin {owner} provides already.",
    mend: "Give it another name, or take one of the two plugins away.",
  },
  PLUGIN_SHAPE: {
    kind: "terminal",
    message:
      "In the plugin {plugin} ({path}), {what} is not what the contract says: expected {expected}, found {found}.",
    mend: "docs/plugins.md has the contracts; the kit in sous/testing checks all of them.",
  },
  PLUGIN_NONCONFORMING: {
    kind: "terminal",
    message: "The plugin breaks {count} rules of its contract:\n{findings}",
    mend: "Each line says how to mend what it found.",
  },
  PLUGIN_STEP: {
    kind: "terminal",
    message: "The plugin {plugin} failed in {step}: {reason}.",
    mend: "Mend the plugin. What it had begun was undone, and the other plugins are loaded.",
  },

  PLUGIN_FATAL: {
    kind: "terminal",
    message: "The plugin {path} can't be loaded: {reason}",
    mend: "Mend what it does when it is imported or started; a module that defines a plugin does nothing else.",
  },

  // --- evaluator ----------------------------------------------------------------------------------------------
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

  // --- search and promotion -----------------------------------------------------------------------------------
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
  PROMOTION_NOT_REPRODUCED: {
    kind: "terminal",
    message: "The finalist's model was made again by {learner} and is another one ({got} for {expected}).",
    mend: "Its learner isn't deterministic, or changed: its conformance check says more. Change search.seed to search anew.",
  },
  PROMOTION_NO_BASELINE: {
    kind: "terminal",
    message: "No baseline learner for the task {task} is loaded, so there is nothing that a first champion could beat.",
    mend: "Load a plugin with a baseline learner for the task.",
  },
  HOLDOUT_EXHAUSTED: {
    kind: "terminal",
    message:
      "The confirm side was looked at {looks} times; the alpha of {alpha} that the next look may risk can't show the gain that there may be.",
    mend: "Bring fresh labelled rows, about {rows} more: rows that no look has seen open an account of their own.",
  },
  RECIPE_NAME_TAKEN: {
    kind: "terminal",
    message: "The recipe name {name} of {path} is already that of {holder}.",
    mend: "Give one of the two another name; models and log entries are kept by it.",
  },
  UNEXPECTED: {
    kind: "transient",
    message: "Something happened that sous has no code for: {reason}",
    mend: "It is tried again. This is a defect of sous or of a plugin: please report it with this text.",
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
  GATE_UNKNOWN: {
    kind: "terminal",
    message: "No gate is of the kind {gate}.",
    mend: "Use one of: {known}; or load the plugin that has it.",
  },
  REPLAY_DAMAGED: {
    kind: "terminal",
    message: "The rows that a version is to be asked again can't be read: {reason}.",
    mend: "Bring `.sous/artifacts` back from a backup. The version itself is not affected.",
  },
  REPRODUCE_DATA_CHANGED: {
    kind: "terminal",
    message: "The data are no longer those that the version was made of: their snapshot is {found}, not {expected}.",
    mend: "Bring the files back as they were then; `sous lineage` names them.",
  },
  REPRODUCE_FORGOTTEN: {
    kind: "terminal",
    message: "The store no longer knows how version {number} of {name}, an ensemble, was put together.",
    mend: "Bring `.sous/store.sqlite` back from a backup. The version itself is not affected.",
  },
  REPRODUCE_FAILED: {
    kind: "terminal",
    message: "Version {number} of {name} can't be made again: its ensemble comes to nothing now.",
    mend: "Look whether plugins are those of then: `sous lineage` names them with their digests.",
  },
  ORDER_NOTHING_PENDING: {
    kind: "terminal",
    message: "No decision on {recipe} waits for a person. {known}.",
    mend: "See `sous status`. A recipe waits where it says `promotion: { mode: manual }`, or its finalist had been rolled back.",
  },
  ORDER_OUTDATED: {
    kind: "terminal",
    message: "Meanwhile another decision on {recipe} waits: log entry {pending}, not {meant}.",
    mend: "Read it with `sous log --recipe {recipe}`, and give the order again.",
  },
  ORDER_NO_CHAMPION: {
    kind: "terminal",
    message: "Nothing serves for {recipe}, so there is nothing to go back from.",
    mend: "See `sous status` for what serves.",
  },
  ORDER_NO_VERSION: {
    kind: "terminal",
    message: "There is no version {version} of {recipe} to go back to. Version {serves} serves; others: {known}.",
    mend: "Name one of them with `--to`.",
  },
  ORDER_NO_REASON: {
    kind: "terminal",
    message: "`{option}` says nothing.",
    mend: 'Give a reason in words, as in `--reason "too many complaints since Monday"`: it stays in the log.',
  },
  ORDER_EXPIRED: {
    kind: "terminal",
    message: "The order on {recipe} was older than {seconds} s when it was found, and was not carried out.",
    mend: "Give it again.",
  },
  ORDER_UNANSWERED: {
    kind: "transient",
    message: "The daemon {pid} has not answered the order on {recipe} within {seconds} s; it was taken back.",
    mend: "Look what the daemon is doing with `sous status`, and give the order again.",
  },
  ORDER_MODEL_BAD: {
    kind: "terminal",
    message: "Version {version} of {recipe} can't be run: {reason}",
    mend: "Take another version with `--to`, or bring the file {path} back from a backup.",
  },
  VERSION_LOST: {
    kind: "terminal",
    message:
      "{path} is lost or damaged and can't be restored: the artifact {digest} that the ledger names is gone as well.",
    mend: "Put the file back from a backup; its SHA-256 is {digest}. The ledger still says what it was.",
  },
  VERSION_FILE_WRONG: {
    kind: "terminal",
    message: "{path} is {why}: it is not what the promotion log says.",
    mend: "Ask who changed it. `sous up` and `sous run` put back whatever they can make again, and say what they mended.",
  },
  VERSION_KNOWN: {
    kind: "fatal",
    message: "Version {number} of {name} is in the ledger already and is never written again.",
    mend: "This is a fault of the program; please report it.",
  },
  VERSION_UNPREPARED: {
    kind: "fatal",
    message: "Version {number} of {name} can't be written: the artifact {digest} isn't there.",
    mend: "This is a fault of the program, or somebody removed files from the artifacts while a promotion ran; run the recipe again.",
  },

  // --- ledger, artifacts and store ----------------------------------------------------------------------------
  FILE_WRITE_FAILED: {
    kind: "transient",
    message: "{path} can't be written: {reason}.",
    mend: "Check that the disk has room and that this user may write there. Work goes on by itself once it can.",
  },
  FILE_READ_FAILED: {
    kind: "transient",
    message: "{path} can't be read: {reason}.",
    mend: "Check that this user may read it and that the disk is sound.",
  },
  BLOB_WRONG: {
    kind: "fatal",
    message: "The blob {path} does not have the digest that is its name: it was changed.",
    mend: "Nothing is read from it: what names it finds it missing. Remove it, and find out who could write there.",
  },
  LOCK_HELD: {
    kind: "fatal",
    message: "Another sous, with pid {pid}, has worked on {folder} since {since}.",
    mend: "Stop it first with `kill {pid}`, or give this one another folder.",
  },
  LEDGER_DAMAGED: {
    kind: "fatal",
    message: "The promotion log {path} is not what was written: line {line} (entry {seq}) {reason}.",
    mend: "Nothing was changed. Put a copy of the log back, or read in docs/ledger.md what each line must hold.",
  },
  LEDGER_CHANGED: {
    kind: "fatal",
    message:
      "The promotion log {path} has {bytes} bytes where this process left {expected}: something else wrote to it.",
    mend: "Nothing was appended. Find out what writes there, then start again: the whole log is checked at start.",
  },
  LEDGER_READ_ONLY: {
    kind: "fatal",
    message: "The promotion log {path} was opened for reading, and an entry was to be appended.",
    mend: "This is a fault in sous: please report it with the command that you ran.",
  },
  LEDGER_ENTRY_TOO_LARGE: {
    kind: "terminal",
    message: "An entry of kind {entry} takes {bytes} bytes in the promotion log, where {limit} is the most.",
    mend: "Ask for fewer gates, slices and secondary metrics, so that the evidence fits.",
  },
  LEDGER_ENTRY_INVALID: {
    kind: "terminal",
    message: "An entry of kind {entry} can't stand in the promotion log: {reason}.",
    mend: "The evidence holds something that JSON has no word for, such as NaN. Mend the plugin that made it.",
  },
  LEDGER_SIGNATURE: {
    kind: "fatal",
    message: "{path} {reason}.",
    mend: "Nothing was changed. Put a copy of the whole log back, with the key that signed it; `sous verify` says more.",
  },
  LEDGER_CUT: {
    kind: "fatal",
    message: "The promotion log {path} has {entries} entries, where {signed} were signed: its end was cut off.",
    mend: "Nothing was changed. Put a copy of the whole log back.",
  },
  LEDGER_REWRITTEN: {
    kind: "fatal",
    message: "The promotion log {path} is not the one that was signed: entry {seq} was put in another's place.",
    mend: "Nothing was changed. Put a copy of the whole log back, and find out who could write there.",
  },
  LEDGER_FOREIGN: {
    kind: "fatal",
    message: "The promotion log {path} has an entry {seq} that was never announced: something else wrote it.",
    mend: "Nothing was changed. Put a copy of the whole log back, and find out who could write there.",
  },
  LEDGER_TILE: {
    kind: "fatal",
    message: "{path} {reason}.",
    mend: "The lines of the log are sound: the next start writes its tiles again. Find out who could write there.",
  },
  WITNESS_DAMAGED: {
    kind: "fatal",
    message: "The witness in {path} can't be believed: {reason}.",
    mend: "Put a copy of its folder back. A new witness knows nothing of what came before it.",
  },
  LEDGER_UNSIGNED: {
    kind: "terminal",
    message: "Nothing of the promotion log in {path} is signed yet.",
    mend: "Start `sous up` or `sous run` once in that home: they make its keys and sign its log.",
  },
  LEDGER_TILES: {
    kind: "transient",
    message: "The tiles of the promotion log in {path} are not those of its lines.",
    mend: "Stop the daemon and start it again: tiles are written anew from the lines at each start.",
  },
  KEY_MISSING: {
    kind: "fatal",
    message: "The key {path} is gone, and what was signed with it is still here.",
    mend: "Put the file back from a backup, with mode 0600. No other key can go on with this log.",
  },
  KEY_EXPOSED: {
    kind: "fatal",
    message: "The key {path} has mode {mode}: others than its owner may use it.",
    mend: "Run `chmod 600 {path}`. If somebody may have read it, change it as well: `sous keys rotate`.",
  },
  KEY_LOCKED: {
    kind: "fatal",
    message: "The key {path} is encrypted, and {reason}.",
    mend: "Set SOUS_KEY_PASSPHRASE to the passphrase that it was made with.",
  },
  KEY_INVALID: {
    kind: "fatal",
    message: "The file {path} holds no {expected}.",
    mend: "Put it back from a backup. If it never was in use, remove the folder of keys, and the next start makes new ones.",
  },
  STORE_MISSING: {
    kind: "fatal",
    message: "There is no store at {path}: no daemon has worked here yet.",
    mend: "Start one with `sous up`, or name the folder of the one that runs.",
  },
  STORE_NEWER: {
    kind: "fatal",
    message: "The store {path} has version {found}; this sous knows versions up to {known}.",
    mend: "Use the newer sous that wrote it. A store is never taken back to an older version.",
  },
  STORE_OLDER: {
    kind: "fatal",
    message: "The store {path} has version {found}, and this sous reads version {known}.",
    mend: "Start the daemon with this version of sous once: it brings the store up to date.",
  },
  STORE_DAMAGED: {
    kind: "fatal",
    message: "The store {path} is not a sound database of sous: {reason}.",
    mend: "Move the file and those beside it with -wal and -shm away. Searches start anew; champions and log are not in it.",
  },
  STORE_BUSY: {
    kind: "transient",
    message: "The store {path} was locked by another process for longer than {seconds} seconds.",
    mend: "Find out what holds it open for writing. Work goes on by itself once it is free.",
  },
  STORE_FAILED: {
    kind: "transient",
    message: "The store {path} can't be used: {reason}.",
    mend: "Check that the disk has room and that this user may write there. Work goes on by itself once it can.",
  },
  STORE_STUDY_UNKNOWN: {
    kind: "transient",
    message: "The store {path} has no such study: it was removed.",
    mend: "Nothing to do: the recipe's next step makes the study anew.",
  },

  // --- command line -------------------------------------------------------------------------------------------
  CONFIG_UNKNOWN_KEY: {
    kind: "fatal",
    message: "The configuration has a key {key} that sous does not know.{hint}",
    mend: "The keys are: {known}.",
  },
  CONFIG_INVALID: {
    kind: "fatal",
    message: "In the configuration, {key} must be {expected}.",
    mend: "Correct it; docs/configuration.md shows every key with its default.",
  },
  CLI_NOT_A_RECIPE: {
    kind: "fatal",
    message: "{path} is no recipe file.",
    mend: "Name a file that ends in .recipe.yaml, .recipe.yml or .recipe.json.",
  },
  CLI_NO_SUCH_FILE: {
    kind: "fatal",
    message: "There is no file {path}.",
    mend: "Check the path; `sous init` writes a first recipe.",
  },
  CLI_TARGET_NEEDED: {
    kind: "fatal",
    message: "Which column of {path} is to be predicted can't be guessed: it is no text table.",
    mend: "Say it with --target <column>.",
  },
  CLI_FILE_EXISTS: {
    kind: "fatal",
    message: "{path} is there already.",
    mend: "Name another file, or delete it first; nothing was changed.",
  },
  CLI_NO_SUCH_RECIPE: {
    kind: "fatal",
    message: "No recipe {name} is known here.{hint}",
    mend: "The recipes are: {known}.",
  },
  CLI_NO_FLIPS: {
    kind: "terminal",
    message: "{name}: what changed between version {from} and version {to} isn't known: {reason}.",
    mend: "Name two versions that were judged on the same confirm side; `sous log --json` has the `holdout` of each look. Of a regression, and of looks by an earlier sous, it isn't kept.",
  },
  CLI_BAD_TIME: {
    kind: "terminal",
    message: "{given} is no time.",
    mend: "Give a day or a moment, as in 2026-11-25 or 2026-11-25T14:30, in UTC unless it says otherwise (+02:00).",
  },
  CLI_NO_STUDY: {
    kind: "fatal",
    message: "No study of {name} has begun yet.",
    mend: "Start one with `sous run`, or with `sous up` for a folder of recipes.",
  },
  CLI_NO_SUCH_STUDY: {
    kind: "fatal",
    message: "There is no study {given} of {name}.",
    mend: "They are numbered from 1, the newest, to {count}, the oldest.",
  },
  CLI_NO_SUCH_MODEL: {
    kind: "fatal",
    message: "{name} has no model {given}.",
    mend: "Name a version as v2, or a complete trial of the newest study by its number; `sous leaderboard` lists both.",
  },
  CLI_BAD_NUMBER: {
    kind: "fatal",
    message: "{option} is {given}, and has to be {expected}.",
    mend: "Give it such a number, or leave it out.",
  },
  CLI_MODEL_FORGOTTEN: {
    kind: "fatal",
    message: "That model of {name} was deleted, as every candidate that lost.",
    mend: "Explain a version instead, as v1: those are kept for ever.",
  },
  CLI_DATA_FORGOTTEN: {
    kind: "fatal",
    message: "The data that {name} was searched on are no longer kept.",
    mend: "Run the recipe once: `sous run <recipe> --once` takes them again, and trains nothing where nothing changed.",
  },
} as const satisfies Record<string, ErrorRow>;

/** Codes that were in the catalogue once. They stay here for ever, so that none comes back with another meaning. */
export const RETIRED: readonly string[] = [];

export type ErrorCode = keyof typeof CATALOGUE;

export type Details = Readonly<Record<string, string | number | boolean | null>>;

/** Where in a file an error stands; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An error with a code, plain enough to cross a process boundary with `toJSON`. */
export class SousError extends Error {
  override readonly name = "SousError";
  readonly code: ErrorCode;
  readonly details: Details;
  readonly position: Position | null;

  constructor(code: ErrorCode, details: Details = {}, options: { cause?: unknown; position?: Position } = {}) {
    super(fill(CATALOGUE[code].message, details), options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = details;
    this.position = options.position ?? null;
  }

  get kind(): ErrorKind {
    return CATALOGUE[this.code].kind;
  }

  get mend(): string {
    return fill(CATALOGUE[this.code].mend, this.details);
  }

  toJSON(): ErrorRecord {
    return { code: this.code, message: this.message, mend: this.mend, details: this.details, position: this.position };
  }
}

/** A coded error as plain data: in messages, in the store, in status files. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly mend: string;
  readonly details: Details;
  readonly position: Position | null;
}

/** The error that a record was made from; used where a record crosses back from another process. */
export function fromRecord(record: ErrorRecord): SousError {
  return new SousError(record.code, record.details, record.position === null ? {} : { position: record.position });
}

function fill(template: string, details: Details): string {
  return template.replace(/\{(\w+)\}/g, (whole, field: string) => (field in details ? String(details[field]) : whole));
}
