import { basename, dirname, resolve } from "node:path";
import { Artifacts } from "../artifacts/artifacts.js";
import { withBorrowedArtifacts } from "../artifacts/borrowed.js";
import { fromRecord, SousError } from "../errors.js";
import type { PredictOutcome } from "../evaluator/messages.js";
import { decodePrediction } from "../evaluator/predictions.js";
import type { Version } from "../promotion/champion.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { interruption } from "./interrupt.js";
import { type KnownRecipe, versionNamed, withRecipe } from "./known.js";
import { openKit, openViews } from "./open.js";

/** Seconds and bytes that it may take. */
const LIMITS = { deadline: 1800, memory: 2 ** 32 };

export interface PredictOptions {
  /** `v2`; the champion by default. */
  readonly of?: string;
  /** How many rounds of boosting; all by default. */
  readonly trees?: string;
  readonly home: string;
}

/** `sous predict <recipe> <data>`: what a model says of the rows of a file, as CSV. */
export async function predict(
  [given, data]: readonly [recipe: string, data: string],
  options: PredictOptions,
  console: Console,
): Promise<number> {
  const rounds = roundsOf(options.trees);
  return withRecipe(given, options.home, async (known) => {
    const version = options.of === undefined ? known.state?.champion : versionNamed(known, options.of);
    if (!version) throw new SousError("CLI_NO_SUCH_MODEL", { name: known.name, given: options.of ?? "in service" });
    const lines = await withBorrowedArtifacts(known.home.artifacts, (folder) =>
      predicted(known, version, { data: resolve(data), rounds, folder, console }),
    );
    if (lines !== null) console.line(lines.join("\n"));
    return lines === null ? EXIT.interrupted : EXIT.ok;
  });
}

function roundsOf(given: string | undefined): number | null {
  if (given === undefined) return null;
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new SousError("CLI_BAD_NUMBER", { option: "--trees", given, expected: "a whole number of at least 1" });
}

interface Request {
  readonly data: string;
  readonly rounds: number | null;
  /** For what is made on the way. */
  readonly folder: string;
  readonly console: Console;
}

/** The lines of the CSV; null where Ctrl-C ended it. */
async function predicted(
  { home, entries, store }: KnownRecipe,
  version: Version,
  { data, rounds, folder, console }: Request,
): Promise<readonly string[] | null> {
  await openViews(home, { entries: () => entries, store }).provideModel(version);
  const bytes = await new Artifacts(home.artifacts).find(version.model);
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest: version.model });
  const artifacts = new Artifacts(folder);
  const model = await artifacts.put(bytes);
  const kit = await openKit(home, (text) => console.error(text), folder);
  try {
    const place = { folder: dirname(data), files: [basename(data)], memory: LIMITS.memory };
    const job = { kind: "predict", model, rounds, ...place } as const;
    const result = await kit.evaluator.run(job, { ...LIMITS, signal: interruption() });
    if (result.status === "failed") throw fromRecord(result.error);
    return result.status === "done" ? await linesOf(result.outcome, artifacts) : null;
  } finally {
    await kit.close();
  }
}

async function linesOf({ classes, rows, ...made }: PredictOutcome, artifacts: Artifacts): Promise<readonly string[]> {
  const width = Math.max(1, classes.length);
  const numbers = async (digest: string, count: number) =>
    decodePrediction((await artifacts.find(digest)) ?? new Uint8Array(), count);
  const prediction = await numbers(made.prediction, rows * width);
  const shown = (row: number) => Array.from(prediction.subarray(row * width, (row + 1) * width), single);
  if (made.labels === null) return ["prediction", ...Array.from({ length: rows }, (_, row) => shown(row).join())];
  const labels = await numbers(made.labels, rows);
  const body = Array.from(labels, (code, row) => [quoted(classes[code] ?? ""), ...shown(row)].join());
  return [["label", ...classes.map((name) => quoted(`p_${name}`))].join(), ...body];
}

/** As short as tells it from other numbers of single precision. */
function single(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
