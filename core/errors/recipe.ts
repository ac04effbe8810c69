/** A recipe file that can't be taken as it is: its text, keys, values and name. */
import type { ErrorRow } from "./row.js";

export const RECIPE_ERRORS = {
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
  RECIPE_NAME_TAKEN: {
    kind: "terminal",
    message: "The recipe name {name} of {path} is already that of {holder}.",
    mend: "Give one of the two another name; models and log entries are kept by it.",
  },
} as const satisfies Record<string, ErrorRow>;
