import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Artifacts } from "../artifacts/artifacts.js";
import { withBorrowedArtifacts } from "../artifacts/borrowed.js";
import { sha256 } from "../artifacts/digest.js";
import { monotonic } from "../clock.js";
import { sousVersion } from "../environment.js";
import { SousError } from "../errors.js";
import type { Version } from "../promotion/champion.js";
import type { Recipe } from "../recipe/recipe.js";
import { type Record, type Reproduction, reproduced } from "../reconcile/reproduce.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { interruption } from "./interrupt.js";
import { type KnownRecipe, versionNamed, withRecipe } from "./known.js";
import { named } from "./lineage.js";
import { openKit, openViews } from "./open.js";

export interface ReproduceOptions {
  readonly json: boolean;
  readonly home: string;
}

/** `sous reproduce <recipe>[@<version>]`: trains a version anew from its frozen recipe, and compares. */
export async function reproduce(given: string, options: ReproduceOptions, console: Console): Promise<number> {
  const { recipe, of } = named(given);
  return withRecipe(recipe, options.home, async (known) => {
    const version = of === null ? known.state?.champion : versionNamed(known, `v${of}`);
    if (!version) throw new SousError("CLI_NO_SUCH_MODEL", { name: known.name, given: of ?? "in service" });
    const began = monotonic();
    const found = await withBorrowedArtifacts(known.home.artifacts, (folder) =>
      again(known, version, { folder, console }),
    );
    if (found === null) return EXIT.interrupted;
    const seconds = (monotonic() - began) / 1000;
    const name = `${known.name}@${version.number}`;
    console.line(
      options.json ? JSON.stringify({ version: name, seconds, ...found }, null, 2) : said(name, found, seconds),
    );
    return found.verdict === "different" ? EXIT.invalid : EXIT.ok;
  });
}

async function again(
  known: KnownRecipe,
  version: Version,
  { folder, console }: { readonly folder: string; readonly console: Console },
): Promise<Reproduction | null> {
  const { home } = known;
  const record = await recordOf(known, version);
  const kit = await openKit(home, (text) => console.error(text), folder);
  try {
    const { evaluator, descriptors, configuration } = kit;
    const code = { sous: sousVersion(), node: process.version };
    const { roots } = configuration;
    const ports = {
      evaluator,
      descriptors,
      roots,
      home,
      code,
      artifacts: new Artifacts(folder),
      signal: interruption(),
    };
    return await reproduced(record, ports);
  } finally {
    await kit.close();
  }
}

async function recordOf({ home, entries, store }: KnownRecipe, version: Version): Promise<Record> {
  const folder = openViews(home, { entries: () => entries, store }).versionFolder(version.name, version.number);
  const decision = entries[version.seq - 1];
  if (decision?.kind !== "decision") throw new TypeError("versions are made by decisions");
  const model = await readWhole(join(folder, "model.onnx"), version.model);
  const recipe = JSON.parse((await readWhole(join(folder, "recipe.json"), version.recipe)).toString()) as Recipe;
  return { version, decision, recipe, model, store, kept: new Artifacts(home.artifacts) };
}

async function readWhole(path: string, digest: string): Promise<Buffer> {
  const bytes = await readFile(path).catch(() => null); // gone is as bad as damaged
  if (bytes !== null && sha256(bytes) === digest) return bytes;
  throw new SousError("VERSION_LOST", { path, digest });
}

const VERDICTS: Readonly<{ [V in Reproduction["verdict"]]: (largest: number) => string }> = {
  identical: () => "made again, bit for bit",
  close: (largest) => `made again: other bytes, and predictions within ${largest.toPrecision(2)} on 1,000 rows`,
  different: (largest) => `NOT made again: predictions differ by up to ${largest.toPrecision(2)}`,
};

function said(name: string, { verdict, model, largest, changes }: Reproduction, seconds: number): string {
  const why = changes.map((change) => `  ${change}`);
  const head = `${name}: ${VERDICTS[verdict](largest ?? 0)} (${seconds.toFixed(1)} s)`;
  const reasons =
    verdict !== "identical" && why.length === 0 ? ["  nothing that the record has is otherwise than then"] : why;
  return [head, `  model ${model}`, ...reasons].join("\n");
}
