/** Sides and what is known of them → a snapshot's folder in the artifacts. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifacts } from "../artifacts/artifacts.js";
import { digestOf, sha256 } from "../artifacts/digest.js";
import { writeDurable, writeFolderDurable } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import type { TaskSpec } from "../plugin/index.js";
import type { RecipeSplit } from "../recipe/recipe.js";
import type { SideFiles } from "./extract.js";
import { encodeRowIds, type RowIds } from "./row-ids.js";
import { ROW_IDS } from "./side.js";
import { viewSideFile } from "./side-file.js";
import type { ColumnSummary, LeftOut, Side, SideSummary, SnapshotSummary, TimeCuts } from "./snapshot.js";
import { SIDES } from "./split.js";

/** A snapshot that isn't kept yet. */
export interface Taken {
  readonly spec: TaskSpec;
  readonly split: RecipeSplit;
  readonly columns: readonly ColumnSummary[];
  readonly leftOut: readonly LeftOut[];
  readonly unlabelled: number;
  readonly cuts: TimeCuts | null;
  readonly files: SideFiles;
  /** Columns that gates see (context.ts); null: none. */
  readonly context: Uint8Array | null;
  readonly rowIds: RowIds;
  readonly warnings: readonly string[];
}

/** Keeps the snapshot and returns its summary; one that is there already, whole, costs a read. */
export async function keepSnapshot(artifacts: Artifacts, taken: Taken): Promise<SnapshotSummary> {
  const context = taken.context && (await artifacts.put(taken.context));
  const ids = encodeRowIds(taken.rowIds);
  const summary = { ...summaryOf(taken, sha256(ids)), ...(context !== null && { context }) };
  const folder = artifacts.snapshotFolder(summary.digest);
  const text = `${JSON.stringify(summary, null, 2)}\n`;
  if (!(await areKept(folder, summary.sideDigests))) {
    const { train, select, confirm } = taken.files;
    const sides = { "train.bin": train, "select.bin": select, "confirm.bin": confirm };
    await writeFolderDurable(folder, { ...sides, [ROW_IDS]: ids, "summary.json": text });
    return summary;
  }
  // Lost, or of an earlier `sous`, or of rows that differ in what no study sees: written again.
  if ((await digestAt(join(folder, ROW_IDS))) !== summary.rowIds) await writeDurable(join(folder, ROW_IDS), ids);
  if ((await readFile(join(folder, "summary.json"), "utf8").catch(() => null)) !== text)
    await writeDurable(join(folder, "summary.json"), text);
  return summary;
}

async function areKept(folder: string, digests: SnapshotSummary["sideDigests"]): Promise<boolean> {
  for (const side of SIDES) if ((await digestAt(join(folder, `${side}.bin`))) !== digests[side]) return false;
  return true;
}

/** Null: not there. */
async function digestAt(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes && sha256(bytes);
}

function summaryOf(taken: Taken, rowIds: string): SnapshotSummary {
  const { spec, split, columns, leftOut, unlabelled, cuts, files, warnings } = taken;
  const views = bySide((side) => viewSideFile(files[side].buffer));
  const sides = bySide((side) => sideSummary(views[side].truth, spec));
  assertUsable(sides, spec);
  const sideDigests = bySide((side) => sha256(files[side]));
  return {
    digest: digestOf({ spec, cuts, sideDigests }),
    spec,
    columns,
    leftOut,
    rows: sides.train.rows + sides.select.rows + sides.confirm.rows,
    unlabelled,
    sides,
    sideDigests,
    rowIds,
    cuts,
    weighted: views.train.weight !== null,
    grouped: views.train.group !== null,
    warnings: [...warnings, ...rareWarnings(sides, spec), ...shareWarnings(sides, spec, split)],
  };
}

function bySide<T>(of: (side: Side) => T): Readonly<Record<Side, T>> {
  return { train: of("train"), select: of("select"), confirm: of("confirm") };
}

export function sideSummary(truth: Float64Array, { classes, task }: TaskSpec): SideSummary {
  const rows = truth.length;
  if (task !== "regression") {
    const classCounts = classes.map(() => 0);
    for (const code of truth) classCounts[code] = (classCounts[code] ?? 0) + 1;
    return { rows, classCounts, targetMean: null, targetStd: null };
  }
  const targetMean = truth.reduce((sum, value) => sum + value, 0) / rows;
  const squares = truth.reduce((sum, value) => sum + (value - targetMean) ** 2, 0);
  return { rows, classCounts: [], targetMean, targetStd: Math.sqrt(squares / rows) };
}

/**
 * Refuses a train side without a class, which no model could learn, and of two classes any side without one: no score on it
 * would mean what it says. Of more classes a rare one may be missing where models are judged.
 */
function assertUsable(sides: Readonly<Record<Side, SideSummary>>, { classes, target }: TaskSpec): void {
  const whole = classes.length > 2 ? (["train"] as const) : SIDES;
  for (const [code, name] of classes.entries()) {
    const count = total(sides, code);
    const side = whole.find((each) => sides[each].classCounts[code] === 0);
    if (side === undefined) continue;
    throw new SousError("DATA_SIDE_LACKS_CLASS", { side, rows: sides[side].rows, class: name, target, count });
  }
}

/** Rare classes that a side has no row of. */
function rareWarnings(sides: Readonly<Record<Side, SideSummary>>, { classes, target }: TaskSpec): string[] {
  return classes.flatMap((name, code) => {
    const lacking = SIDES.filter((side) => sides[side].classCounts[code] === 0);
    if (lacking.length === 0) return [];
    const where = `${lacking.join(" and ")} ${lacking.length === 1 ? "has" : "have"}`;
    return [
      `${where} no row of class ${name} of ${target}, which has ${total(sides, code)} in all: scores there say nothing of it, and those that are means over the classes are not defined; more rows of it, another split.seed, or one class of several rare ones would help`,
    ];
  });
}

function total(sides: Readonly<Record<Side, SideSummary>>, code: number): number {
  return SIDES.reduce((sum, side) => sum + (sides[side].classCounts[code] ?? 0), 0);
}

/** A class's share of a side may be off by this much of its share of all rows before a stratified split says so. */
const SHARE_TOLERANCE = 0.2;

/** Rows never move, so no quota can be promised (docs/data.md); what came of it is told instead. */
function shareWarnings(
  sides: Readonly<Record<Side, SideSummary>>,
  { classes }: TaskSpec,
  { method }: RecipeSplit,
): string[] {
  if (method !== "stratified") return [];
  const rows = SIDES.reduce((sum, side) => sum + sides[side].rows, 0);
  return SIDES.flatMap((side) =>
    classes.flatMap((name, code) => {
      const share = (sides[side].classCounts[code] ?? 0) / sides[side].rows;
      const overall = total(sides, code) / rows;
      if (Math.abs(share - overall) <= SHARE_TOLERANCE * overall) return [];
      return [
        `${side}: ${percent(share)} of the rows are "${name}", of all rows ${percent(overall)}; another split.seed may be nearer`,
      ];
    }),
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
