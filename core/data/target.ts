/** What is to be predicted: the task, the classes and their order. */
import { SousError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { Task, TaskSpec } from "../plugin/index.js";
import type { RecipeData } from "../recipe/recipe.js";
import type { LoadedColumn } from "./column.js";
import type { Database } from "./database.js";
import type { Profile } from "./profile.js";
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
  readonly column: LoadedColumn;
  readonly profile: Profile;
  readonly task: Task | null;
  readonly data: RecipeData;
}

/** Whole numbers of so few different values are taken for classes. */
const FEW = 10;
const MAX_CLASSES = 1000;

export async function resolveTarget(db: Database, wanted: Wanted): Promise<Target> {
  const { column, profile, data } = wanted;
  const numeric = isNumeric(wanted);
  const distinct = numeric ? profile.distinctNumbers : profile.distinct;
  const task = wanted.task ?? inferTask({ ...profile, distinct }, numeric, data.positive);
  if (distinct === 1) {
    const [only] = await classesOf(db, column, numeric);
    throw new SousError("DATA_ONE_CLASS", { target: column.name, value: only ?? "", rows: profile.rows });
  }
  return task === "regression" ? regression(db, column) : classification(db, wanted, { task, numeric, distinct });
}

function isNumeric({ column, profile, data }: Wanted): boolean {
  const given = data.types[column.name];
  if (given !== undefined && given !== "numeric") return false;
  const plain = profile.numbers === profile.present && profile.padded === 0;
  return column.kind === "number" || (column.kind === "text" && !column.typed && plain);
}

function inferTask(profile: Profile, numeric: boolean, positive: string | null): Task {
  if (profile.distinct === 2 || positive !== null) return "binary";
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
  readonly task: "binary" | "multiclass";
  readonly numeric: boolean;
  readonly distinct: number;
}

async function classification(db: Database, wanted: Wanted, { task, numeric, distinct }: Classes): Promise<Target> {
  const { column, profile, data } = wanted;
  const target = column.name;
  if (distinct > MAX_CLASSES)
    throw new SousError("DATA_TOO_MANY_CLASSES", { target, count: distinct, rows: profile.rows });
  const sorted = await classesOf(db, column, numeric);
  const order = { target, numeric, positive: data.positive };
  const { classes, warnings } = task === "binary" ? ordered(sorted, order) : { classes: sorted, warnings: [] };
  const guessed = wanted.task === null && numeric && task === "multiclass";
  const doubt = `${target}: ${distinct} different whole numbers are taken for classes; set task to regression if they are amounts`;
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

interface Ordering {
  readonly target: string;
  readonly numeric: boolean;
  readonly positive: string | null;
}

/** [negative, positive]: the recipe's word, or the greater number, or the word for yes, or else the last one, with a warning. */
function ordered(sorted: readonly string[], { target, numeric, positive: given }: Ordering) {
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
