/**
 * What people see of a promotion: `models/<name>/versions/000001/` and `models/<name>/champion.onnx`.
 *
 * The ledger is the truth and these files are views of it. A promotion writes the version's folder, then the ledger
 * line, then the pointer; a crash between two of them leaves either a folder that no line knows, which the next
 * promotion replaces, or an old pointer, which `restore` mends. Every file has its digest in the ledger and can be made
 * again from the artifacts and the ledger.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifacts } from "../artifacts/artifacts.js";
import { sha256 } from "../artifacts/digest.js";
import { removeDurable, UNFINISHED, writeDurable, writeFolderDurable } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { canonicalJson } from "../json.js";
import type { DecisionBody, Entry } from "../ledger/entry.js";
import type { Recipe } from "../recipe/recipe.js";
import type { CardFiles, ModelCards } from "./cards.js";
import { bodyOf, nextNumber, promotionOf, type RecipeState, type Version } from "./champion.js";
import { FileDigests } from "./digests.js";
import { CARD, type Expected, fixed, KNOWN_FILES, type Papers } from "./papers.js";

/** A decision that promotes. */
export type PromotionBody = DecisionBody & { readonly version: NonNullable<DecisionBody["version"]> };

export interface ViewPlaces {
  /** Absolute path of `models/`. */
  readonly models: string;
  readonly artifacts: Artifacts;
  /** Reads one ledger line; asked only where an `evidence.json` was lost. */
  readonly entryAt: (seq: number) => Promise<Entry>;
  /** Null where there is no store: what they say of the data comes from it. */
  readonly cards: ModelCards | null;
  /** Null where there is no key: nothing is signed then. */
  readonly papers: Papers | null;
}

/**
 * `behind`: the pointer showed an earlier version, or the card lacked what is known by now; `unknown`: no decision had
 * put the file there.
 */
export interface Restored {
  readonly path: string;
  readonly why: "missing" | "damaged" | "behind" | "unknown";
}

export class ModelViews {
  readonly #places: ViewPlaces;
  readonly #digests = new FileDigests();

  constructor(places: ViewPlaces) {
    this.#places = places;
  }

  /** Views of the same record in another folder, of the models alone, without cards and papers. */
  at(models: string): ModelViews {
    return new ModelViews({ ...this.#places, models, cards: null, papers: null });
  }

  /** Absolute. */
  championPath(name: string): string {
    return join(this.#places.models, name, "champion.onnx");
  }

  /** Absolute; the number is padded to six digits, so that names sort. */
  versionFolder(name: string, number: number): string {
    return join(this.#places.models, name, "versions", String(number).padStart(6, "0"));
  }

  /**
   * First step of a promotion, before the ledger line: the version's folder, whole or not at all. A folder of that
   * number that is there already is the orphan of a crash, for the ledger gives numbers out, and is replaced. The
   * recipe goes into the artifacts as well, under its digest.
   * @param state what the ledger says of the recipe before this promotion
   * @throws SousError VERSION_KNOWN, VERSION_UNPREPARED, FILE_WRITE_FAILED
   */
  async writeVersion(body: PromotionBody, recipe: Recipe, state: RecipeState | undefined): Promise<void> {
    const { name } = body.recipe;
    const { number, model } = body.version;
    if (number < nextNumber(state)) throw new SousError("VERSION_KNOWN", { name, number });
    const bytes = await this.#places.artifacts.find(model);
    if (bytes === null) throw new SousError("VERSION_UNPREPARED", { name, number, digest: model });
    const recipeText = Buffer.from(canonicalJson(recipe));
    await this.#places.artifacts.put(recipeText);
    await writeFolderDurable(this.versionFolder(name, number), {
      "model.onnx": bytes,
      "recipe.json": recipeText,
      "evidence.json": canonicalJson(body),
    });
  }

  /**
   * Last step of a promotion, and the repair of everything that a crash or a hand has changed: makes the recipe's files
   * equal to what the ledger says, and says what it had to mend. A model that no decision put in service is kept in the
   * artifacts and taken out of service.
   *
   * `champion.onnx` is a copy, not a link: writing into a hard link would change the immutable version with it, and
   * symbolic links break where the file alone is mounted, synchronised or served. A copy swaps as atomically.
   * @throws SousError VERSION_LOST where a file and every source of its bytes are gone
   */
  async restore(state: RecipeState): Promise<readonly Restored[]> {
    return this.#restored(state, this.#expected(state));
  }

  /** As `restore`, of what serves alone: its version and the pointer. A version that was there already needs no more. */
  async restoreChampion(state: RecipeState): Promise<readonly Restored[]> {
    return this.#restored(state, this.#serving(state));
  }

  async #restored(
    state: RecipeState,
    files: AsyncIterable<Expected> | Iterable<Expected>,
  ): Promise<readonly Restored[]> {
    const restored: Restored[] = [];
    for await (const file of files) {
      const fault = await this.#faultOf(file);
      if (fault !== null) restored.push(await this.#mend(file, fault));
    }
    if (await this.#isIntruded(state)) restored.push(await this.#takeOut(this.championPath(state.name)));
    return restored;
  }

  /**
   * The first file of a recipe that isn't what the ledger says, or null; `unknown` is one that no version has. Changes
   * nothing. While a promotion goes on, files that it has yet to write are missing.
   */
  async firstFault(state: RecipeState): Promise<Restored | null> {
    for await (const file of this.#expected(state)) {
      const fault = await this.#faultOf(file);
      if (fault !== null) return { path: file.path, why: fault };
    }
    if (await this.#isIntruded(state)) return { path: this.championPath(state.name), why: "unknown" };
    for (const version of state.versions) {
      const stray = await strayIn(this.versionFolder(version.name, version.number));
      if (stray !== null) return { path: stray, why: "unknown" };
    }
    return null;
  }

  /** Makes a version's model card what the record says by now: it grows when the importance of the columns is known. */
  async restoreCard(version: Version): Promise<void> {
    for (const file of await this.#cardOf(version)) {
      const fault = await this.#faultOf(file);
      if (fault !== null) await this.#mend(file, fault);
    }
  }

  /**
   * Sees to it that the artifacts have a version's model, where jobs look for it.
   * @throws SousError VERSION_LOST
   */
  async provideModel(version: Version): Promise<void> {
    if ((await this.#places.artifacts.find(version.model)) !== null) return;
    const bytes = await this.#modelBytes(version);
    if (bytes === null) {
      const path = this.versionFolder(version.name, version.number);
      throw new SousError("VERSION_LOST", { path, digest: version.model });
    }
    await this.#places.artifacts.put(bytes);
  }

  /** All files of a recipe, in the order in which they are to be right: what serves comes before what describes it. */
  async *#expected(state: RecipeState): AsyncGenerator<Expected> {
    for (const version of state.versions) yield* this.#filesOf(version);
    if (state.champion !== null) yield this.#pointer(state, state.champion);
    for (const version of state.versions) {
      yield* await this.#papersOf(version);
      yield* await this.#cardOf(version);
    }
  }

  *#serving(state: RecipeState): Generator<Expected> {
    if (state.champion === null) return;
    yield* this.#filesOf(state.champion);
    yield this.#pointer(state, state.champion);
  }

  #filesOf(version: Version): readonly Expected[] {
    const folder = this.versionFolder(version.name, version.number);
    return [
      fixed(join(folder, "model.onnx"), version.model, () => this.#modelBytes(version)),
      fixed(join(folder, "recipe.json"), version.recipe, () => this.#recipeBytes(version)),
      fixed(join(folder, "evidence.json"), version.evidence, () => this.#evidenceBytes(version)),
    ];
  }

  #pointer({ name, versions }: RecipeState, champion: Version): Expected {
    const file = fixed(this.championPath(name), champion.model, () => this.#modelBytes(champion));
    return { ...file, isBehind: (found) => versions.some(({ model }) => model === found) };
  }

  /** Whether a model serves although none was promoted. */
  async #isIntruded({ name, champion }: RecipeState): Promise<boolean> {
    return champion === null && (await this.#digests.of(this.championPath(name))) !== null;
  }

  /** None where what it is made of is gone. */
  async #cardOf(version: Version): Promise<readonly Expected[]> {
    const { cards } = this.#places;
    const files = this.#cardFiles(version);
    const digest = (await cards?.digestOf(version, files)) ?? null;
    if (cards === null || digest === null) return [];
    const path = join(this.versionFolder(version.name, version.number), CARD);
    const bytes = async () => Buffer.from((await cards.textOf(version, files)) ?? "");
    return [{ ...fixed(path, digest, bytes), isBehind: () => true }];
  }

  async #papersOf(version: Version): Promise<readonly Expected[]> {
    const folder = this.versionFolder(version.name, version.number);
    const given = { files: this.#cardFiles(version), digests: this.#digests };
    return (await this.#places.papers?.of(version, folder, given)) ?? [];
  }

  #cardFiles(version: Version): CardFiles {
    return { model: () => this.#modelBytes(version), recipe: () => this.#recipeBytes(version) };
  }

  async #faultOf(file: Expected): Promise<Restored["why"] | null> {
    const found = await this.#digests.of(file.path);
    if (found === null) return "missing";
    if (await file.holds(found, () => readFile(file.path))) return null;
    return file.isBehind?.(found) ? "behind" : "damaged";
  }

  async #mend(file: Expected, why: Restored["why"]): Promise<Restored> {
    const { path } = file;
    const content = await file.bytes();
    if (content === null || !(await file.holds(sha256(content), async () => content)))
      throw new SousError("VERSION_LOST", { path, digest: file.digest ?? "of what it is made of" });
    await writeDurable(path, content);
    return { path, why };
  }

  async #takeOut(path: string): Promise<Restored> {
    await this.#places.artifacts.put(await readFile(path));
    await removeDurable(path);
    return { path, why: "unknown" };
  }

  /** From the artifacts, or else from whichever view is still whole. */
  async #modelBytes({ name, number, model }: Version): Promise<Uint8Array | null> {
    const kept = await this.#places.artifacts.find(model);
    if (kept !== null) return kept;
    for (const path of [join(this.versionFolder(name, number), "model.onnx"), this.championPath(name)])
      if ((await this.#digests.of(path)) === model) return readFile(path);
    return null;
  }

  async #recipeBytes({ name, number, recipe }: Version): Promise<Uint8Array | null> {
    const kept = await this.#places.artifacts.find(recipe);
    if (kept !== null) return kept;
    const path = join(this.versionFolder(name, number), "recipe.json");
    return (await this.#digests.of(path)) === recipe ? readFile(path) : null;
  }

  async #evidenceBytes({ seq }: Version): Promise<Uint8Array> {
    return Buffer.from(canonicalJson(bodyOf(promotionOf(await this.#places.entryAt(seq)))));
  }
}

/** The path of the first file in a version's folder that no version has, or null; what is being written doesn't count. */
async function strayIn(folder: string): Promise<string | null> {
  const names = (await readdir(folder)).sort();
  const stray = names.find((name) => !KNOWN_FILES.has(name) && !name.startsWith(UNFINISHED));
  return stray === undefined ? null : join(folder, stray);
}
