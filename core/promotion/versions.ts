/**
 * What people see of a promotion: `models/<name>/versions/000001/` and `models/<name>/champion.onnx`.
 *
 * The ledger is the truth and these files are views of it. A promotion writes the version's folder, then the ledger
 * line, then the pointer; a crash between two of them leaves either a folder that no line knows, which the next
 * promotion replaces, or an old pointer, which `restore` mends. Every file has its digest in the ledger and can be made
 * again from the artifacts and the ledger.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifacts } from "../artifacts/artifacts.js";
import { sha256 } from "../artifacts/digest.js";
import { removeDurable, writeDurable, writeFolderDurable } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { canonicalJson } from "../json.js";
import type { DecisionBody, Entry } from "../ledger/entry.js";
import type { Recipe } from "../recipe/recipe.js";
import type { CardFiles, ModelCards } from "./cards.js";
import { bodyOf, nextNumber, promotionOf, type RecipeState, type Version } from "./champion.js";
import { FileDigests } from "./digests.js";
import { type Expected, fixed, type Papers } from "./papers.js";

/** A decision that promotes. */
export type PromotionBody = DecisionBody & { readonly version: NonNullable<DecisionBody["version"]> };

export interface ViewPlaces {
  /** Absolute path of `models/`. */
  readonly models: string;
  readonly artifacts: Artifacts;
  /** Reads one ledger line; asked only where an `evidence.json` was lost. */
  readonly entryAt: (seq: number) => Promise<Entry>;
  readonly cards: ModelCards;
  /** Null where views are opened to look only. */
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
    const restored: Restored[] = [];
    for (const version of state.versions)
      for (const file of this.#filesOf(version)) restored.push(...(await this.#restoreFile(file)));
    restored.push(...(await this.#restoreChampion(state)));
    for (const version of state.versions) {
      for (const file of await this.#papersOf(version)) restored.push(...(await this.#restoreFile(file)));
      restored.push(...(await this.restoreCard(version)));
    }
    return restored;
  }

  /** Makes a version's model card what the record says by now: it grows when the importance of the columns is known. */
  async restoreCard(version: Version): Promise<readonly Restored[]> {
    const { cards } = this.#places;
    const files = this.#cardFiles(version);
    const digest = await cards.digestOf(version, files);
    if (digest === null) return []; // what it is made of is gone, which the files before it have told
    const path = join(this.versionFolder(version.name, version.number), "README.md");
    const bytes = async () => Buffer.from((await cards.textOf(version, files)) ?? "");
    const restored = await this.#restoreFile(fixed(path, digest, bytes));
    return restored.map((file) => (file.why === "damaged" ? { ...file, why: "behind" } : file));
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

  #filesOf(version: Version): readonly Expected[] {
    const folder = this.versionFolder(version.name, version.number);
    const { artifacts } = this.#places;
    return [
      fixed(join(folder, "model.onnx"), version.model, () => this.#modelBytes(version)),
      fixed(join(folder, "recipe.json"), version.recipe, () => artifacts.find(version.recipe)),
      fixed(join(folder, "evidence.json"), version.evidence, () => this.#evidenceBytes(version)),
    ];
  }

  async #papersOf(version: Version): Promise<readonly Expected[]> {
    const folder = this.versionFolder(version.name, version.number);
    const given = { files: this.#cardFiles(version), digests: this.#digests };
    return (await this.#places.papers?.of(version, folder, given)) ?? [];
  }

  #cardFiles(version: Version): CardFiles {
    return { model: () => this.#modelBytes(version), recipe: () => this.#places.artifacts.find(version.recipe) };
  }

  async #restoreChampion({ name, champion, versions }: RecipeState): Promise<readonly Restored[]> {
    const path = this.championPath(name);
    const found = await this.#digests.of(path);
    if (champion === null) return found === null ? [] : [await this.#takeOut(path)];
    const restored = await this.#restoreFile(fixed(path, champion.model, () => this.#modelBytes(champion)));
    const behind = versions.some((version) => version.model === found);
    return behind ? restored.map((file) => ({ ...file, why: "behind" })) : restored;
  }

  async #takeOut(path: string): Promise<Restored> {
    await this.#places.artifacts.put(await readFile(path));
    await removeDurable(path);
    return { path, why: "unknown" };
  }

  async #restoreFile(file: Expected): Promise<readonly Restored[]> {
    const { path } = file;
    const found = await this.#digests.of(path);
    if (found !== null && (await file.holds(found, () => readFile(path)))) return [];
    const content = await file.bytes();
    if (content === null || !(await file.holds(sha256(content), async () => content)))
      throw new SousError("VERSION_LOST", { path, digest: file.digest ?? "of what it is made of" });
    await writeDurable(path, content);
    return [{ path, why: found === null ? "missing" : "damaged" }];
  }

  /** From the artifacts, or else from whichever view is still whole. */
  async #modelBytes({ name, number, model }: Version): Promise<Uint8Array | null> {
    const kept = await this.#places.artifacts.find(model);
    if (kept !== null) return kept;
    for (const path of [join(this.versionFolder(name, number), "model.onnx"), this.championPath(name)])
      if ((await this.#digests.of(path)) === model) return readFile(path);
    return null;
  }

  async #evidenceBytes({ seq }: Version): Promise<Uint8Array> {
    return Buffer.from(canonicalJson(bodyOf(promotionOf(await this.#places.entryAt(seq)))));
  }
}
