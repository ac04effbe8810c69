/** What is to be predicted: the task, the classes and their order. */
import { SousError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { Task, TaskSpec } from "../plugin/index.js";
import type { RecipeData } from "../recipe/recipe.js";
import type { Database } from "./database.js";
import type { LoadedColumn } from "./load.js";
import { type Profile, profileColumn } from "./profile.js";
import { numberOf } from "./read-cell.js";
import { assertNone } from "./split.js";
import { literal, textOf } from "./sql.js";

export interface Target {
  readonly spec: TaskSpec;
  /** The row's class code or value, as SQL over `data`: DOUBLE without nulls. */
  readonly truth: string;
  readonly warnings: readonly string[];
}

export interface Wanted {
  readonly task: Task | null;
  readonly data: RecipeData;
}

/** Whole numbers of so few different values are taken for classes. */
const FEW = 10;
const MAX_CLASSES = 1000;

export async function resolveTarget(db: Database, column: LoadedColumn, wanted: Wanted): Promise<Target> {
  const profile = await profileColumn(db, column);
  const numeric = isNumeric(column, profile, wanted.data);
  const task = wanted.task ?? inferTask(profile, numeric, wanted.data.positive);
  if ((numeric ? profile.distinctNumbers : profile.distinct) === 1) {
    const [only] = await classesOf(db, column, numeric);
    throw new SousError("DATA_ONE_CLASS", { target: column.name, value: only ?? "", rows: profile.rows });
  }
  return task === "regression"
    ? regression(db, column)
    : classification(db, { column, profile, numeric, task, wanted });
}

function isNumeric(column: LoadedColumn, profile: Profile, data: RecipeData): boolean {
  const given = data.types[column.name];
  if (given !== undefined && given !== "numeric") return false;
  const plain = profile.numbers === profile.present && profile.padded === 0;
  return column.kind === "number" || (column.kind === "text" && !column.typed && plain);
}

function inferTask(profile: Profile, numeric: boolean, positive: string | null): Task {
  const distinct = numeric ? profile.distinctNumbers : profile.distinct;
  if (distinct === 2 || positive !== null) return "binary";
  return numeric && !isFewWholes(profile) ? "regression" : "multiclass";
}

function isFewWholes({ wholes, present, distinctNumbers }: Profile): boolean {
  return wholes === present && distinctNumbers <= FEW;
}

async function regression(db: Database, column: LoadedColumn): Promise<Target> {
  const truth = numberOf(column.sql, column.kind);
  const wrong = `coalesce(not isfinite(${truth}), true)`;
  await assertNone(db, { cell: column.sql, wrong, code: "DATA_TARGET_NOT_NUMERIC", as: { target: column.name } });
  return { spec: { task: "regression", target: column.name, classes: [] }, truth, warnings: [] };
}

interface Classes {
  readonly column: LoadedColumn;
  readonly profile: Profile;
  readonly numeric: boolean;
  readonly task: "binary" | "multiclass";
  readonly wanted: Wanted;
}

async function classification(db: Database, { column, profile, numeric, task, wanted }: Classes): Promise<Target> {
  const target = column.name;
  const count = numeric ? profile.distinctNumbers : profile.distinct;
  if (count > MAX_CLASSES) throw new SousError("DATA_TOO_MANY_CLASSES", { target, count, rows: profile.rows });
  const sorted = await classesOf(db, column, numeric);
  const { classes, warnings } =
    task === "binary" ? ordered(sorted, target, numeric, wanted.data.positive) : { classes: sorted, warnings: [] };
  const guessed = wanted.task === null && numeric && task === "multiclass";
  const doubt = `${target}: ${count} different whole numbers are taken for classes; set task to regression if they are amounts`;
  await db.run(`create type class as enum (${classes.map(literal).join(", ")})`);
  const truth = `enum_code((${classText(column, numeric)})::class)::double`;
  return { spec: { task, target, classes }, truth, warnings: guessed ? [...warnings, doubt] : warnings };
}

/** 1, 1.0 and 1e0 are one class where every value is a number. */
function classText(column: LoadedColumn, numeric: boolean): string {
  return numeric ? textOf(numberOf(column.sql, column.kind), "number") : textOf(column.sql, column.kind);
}

async function classesOf(db: Database, column: LoadedColumn, numeric: boolean): Promise<readonly string[]> {
  const order = numeric ? "c::double" : "c";
  const rows = await db.rows(`select ${classText(column, numeric)} as c from data group by 1 order by ${order}`);
  return rows.map((row) => String(row.c));
}

/** Words for yes, in lower case. */
const AFFIRMATIVE: readonly string[] = ["yes", "true", "y", "t", "positive", "pos", "1"];

/** [negative, positive]: the recipe's word, or the greater number, or the word for yes, or else the last one, with a warning. */
function ordered(sorted: readonly string[], target: string, numeric: boolean, given: string | null) {
  const [first, last] = sorted;
  if (given !== null && !sorted.includes(given)) throw noPositive(sorted, target, given);
  if (first === undefined || last === undefined || sorted.length > 2) {
    throw new SousError("DATA_NOT_BINARY", { target, count: sorted.length, values: sorted.slice(0, 5).join(", ") });
  }
  const yes = sorted.filter((value) => AFFIRMATIVE.includes(value.toLowerCase()));
  const known = given ?? (numeric ? last : yes.length === 1 ? yes[0] : undefined);
  const positive = known ?? last;
  const doubt = `${target}: "${positive}" is taken for the positive class; set data.positive if it is "${first}"`;
  return { classes: [positive === first ? last : first, positive], warnings: known === undefined ? [doubt] : [] };
}

function noPositive(sorted: readonly string[], target: string, positive: string): SousError {
  const near = nearest(positive, sorted);
  const values = sorted.slice(0, 5).join(", ");
  return new SousError("DATA_NO_POSITIVE", {
    positive,
    target,
    values,
    hint: near === null ? "" : ` Did you mean ${near}?`,
  });
}
