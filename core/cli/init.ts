import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { writeDurable } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { isSigned } from "../ledger/signed.js";
import { provideKeys } from "../ledger/signer.js";
import { initRecipe } from "../recipe/starter.js";
import { findHome } from "../reconcile/home.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { short } from "./narrator.js";
import { openKit } from "./open.js";

export interface InitOptions {
  /** The column to predict; by default the last one of the data file's header. */
  readonly target?: string;
}

/** `sous init <data>`: writes a first recipe beside a data file makes the home's keys, and says what to do next. */
export async function init(data: string, options: InitOptions, console: Console): Promise<number> {
  const path = resolve(data);
  if (!existsSync(path)) throw new SousError("CLI_NO_SUCH_FILE", { path });
  const target = options.target ?? (await lastColumn(path));
  const recipe = join(dirname(path), `${stem(path)}.recipe.yaml`);
  if (existsSync(recipe)) throw new SousError("CLI_FILE_EXISTS", { path: recipe });
  const home = findHome(dirname(path));
  const kit = await openKit(home, (text) => console.error(text));
  try {
    const source = relative(dirname(recipe), path).split(sep).join("/");
    const text = initRecipe({ source, target }, kit.descriptors);
    await provideKeys(home.keys, await isSigned(home.ledger));
    await writeDurable(recipe, text);
  } finally {
    await kit.close();
  }
  console.line(`wrote ${short(recipe)}, which predicts ${target}`);
  console.line(`the keys in ${short(home.keys)} sign what is decided: keep a copy of them in a safe place`);
  console.line(`next: sous plan ${short(recipe)}`);
  console.line(`      sous run ${short(recipe)} --once`);
  return EXIT.ok;
}

/** A recipe's name: lower-case letters, digits, - and _. */
function stem(path: string): string {
  const plain = basename(path, extname(path)).toLowerCase();
  return plain.replace(/[^a-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "") || "model";
}

/** By habit the target is the last column of a table; the message says which was taken. */
async function lastColumn(path: string): Promise<string> {
  if (!/\.(csv|tsv|txt)$/.test(path)) throw new SousError("CLI_TARGET_NEEDED", { path });
  const file = await open(path);
  try {
    for await (const line of file.readLines()) {
      return (line.split(/[,\t;]/).at(-1) ?? "").trim().replace(/^"|"$/g, "") || "target";
    }
    return "target";
  } finally {
    await file.close();
  }
}
