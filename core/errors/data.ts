/** Data that can't be read, typed, labelled or split. */
import type { ErrorRow } from "./row.js";

export const DATA_ERRORS = {
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
} as const satisfies Record<string, ErrorRow>;
