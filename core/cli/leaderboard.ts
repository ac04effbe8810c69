import { SousError } from "../errors.js";
import { leaderboard, type Standing } from "../search/leaderboard.js";
import type { Study } from "../store/studies.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { type KnownRecipe, withRecipe } from "./known.js";
import { table } from "./table.js";

/** Rows that are shown unless all are asked for. */
const HEAD = 10;

export interface LeaderboardOptions {
  readonly json: boolean;
  readonly all: boolean;
  /** 1 is the newest. */
  readonly study: string;
  readonly home: string;
}

interface Board {
  readonly recipe: string;
  readonly study: Study;
  readonly number: number;
  readonly studies: number;
  /** Version in service; null: none. */
  readonly champion: number | null;
  readonly rows: readonly Standing[];
}

/** `sous leaderboard <recipe>`: every candidate of a study, the best first; while it runs and afterwards. */
export async function leaderboardOf(given: string, options: LeaderboardOptions, console: Console): Promise<number> {
  const board = await withRecipe(given, options.home, (known) => readBoard(known, options.study));
  if (options.json) console.line(JSON.stringify(plain(board), null, 2));
  else show(board, options.all ? board.rows.length : HEAD, console);
  return EXIT.ok;
}

async function readBoard({ name, store, state }: KnownRecipe, given: string): Promise<Board> {
  const studies = (await store?.studiesOf(name)) ?? [];
  if (store === null || studies.length === 0) throw new SousError("CLI_NO_STUDY", { name });
  const number = Number(given);
  const study = studies[number - 1];
  if (study === undefined) throw new SousError("CLI_NO_SUCH_STUDY", { name, given, count: studies.length });
  const champion = state?.champion ?? null;
  const rows = leaderboard(await store.trialStorage(study.id).load(), { ...study, champion: champion?.model ?? null });
  return { recipe: name, study, number, studies: studies.length, champion: champion?.number ?? null, rows };
}

/** Everything, for programs. */
function plain({ study, rows, ...rest }: Board) {
  const { id, state, ended, created, metric, direction, snapshot, finalist } = study;
  return { ...rest, study: { id, state, ended, created, metric, direction, snapshot, finalist }, trials: rows };
}

function show(board: Board, limit: number, console: Console): void {
  const { recipe, study, number, studies, rows } = board;
  const trials = rows.filter(({ ensemble }) => !ensemble);
  const count = (status: string) => trials.filter((row) => row.status === status).length;
  const failed = trials.length - count("complete") - count("pruned") - count("running");
  console.line(
    `${recipe}: study ${number} of ${studies}, ${stateOf(study)}; ${trials.length} trials, of which ${count("complete")} complete, ${count("pruned")} pruned, ${failed} failed, ${count("running")} running`,
  );
  const better = study.direction === "minimize" ? "lower" : "higher";
  console.line(`${study.metric} on held-out rows with its 95 % interval, ${better} is better; ${championLine(board)}`);
  console.line();
  const secondary = [...new Set(rows.flatMap((row) => Object.keys(row.secondary)))];
  const head = [
    "rank",
    "trial",
    "learner",
    study.metric,
    "by folds",
    ...secondary,
    "fit s",
    "µs/row@1",
    "µs/row@1000",
    "KiB",
    "status",
  ];
  for (const line of table(
    head,
    rows.slice(0, limit).map((row) => cells(row, secondary)),
  ))
    console.line(line);
  if (rows.length > limit) console.line(`… and ${rows.length - limit} more: --all shows them`);
}

function stateOf({ state, ended }: Study): string {
  if (state === "done") return `ended by its ${ended === "space" ? "finite space" : `budget of ${ended}`}`;
  return state === "open" ? "not done yet" : "set aside";
}

function championLine({ champion, rows }: Board): string {
  if (champion === null) return "no champion yet";
  return `champion: version ${champion}${rows.some((row) => row.champion) ? "" : ", of another study"}`;
}

function cells(row: Standing, secondary: readonly string[]): readonly string[] {
  return [
    row.rank === null ? "" : `${row.rank}`,
    `${row.trial}`,
    row.learner,
    row.rank === null ? "" : scoreOf(row),
    besideBest(row),
    ...secondary.map((name) => row.secondary[name]?.toFixed(4) ?? ""),
    rounded(row.fitSeconds),
    rounded(row.oneRow),
    rounded(row.thousandRows),
    rounded(row.bytes === null ? null : row.bytes / 1024),
    statusOf(row),
  ];
}

function scoreOf({ score, interval }: Standing): string {
  if (score === null) return "";
  const point = score.toFixed(4);
  return interval === null ? point : `${point} [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}]`;
}

/** By the folds: how sure it is that it is worse, or what else is likelier. */
function besideBest({ odds }: Standing): string {
  if (odds === null) return "";
  const { worse, same, better } = odds;
  const likeliest = worse >= Math.max(same, better) ? "worse" : same >= better ? "the same" : "better";
  return `${likeliest} ${(100 * Math.max(worse, same, better)).toFixed(0)} %`;
}

/** Two digits, or all before the point. */
function rounded(value: number | null): string {
  if (value === null) return "";
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}

function statusOf({ status, why, champion, finalist }: Standing): string {
  const roles = [...(champion ? ["champion"] : []), ...(finalist ? ["finalist"] : [])];
  if (status === "complete") return roles.join(", ");
  return why === null ? status : `${status}: ${why}`.replace(/\s+/g, " ").slice(0, 120);
}
