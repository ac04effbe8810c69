/**
 * One name, one step. Reads the recipe file, the data files, the store and the ledger as they are now, and does what is
 * missing; it never asks what happened. Doing it twice changes nothing, so a crash anywhere is mended by doing it again.
 */
import { join } from "node:path";
import { digestOf } from "../artifacts/digest.js";
import { lookAt, stampOf } from "../artifacts/look.js";
import { monotonic, now } from "../clock.js";
import type { SnapshotSummary, SourceFile } from "../data/snapshot.js";
import { SousError } from "../errors.js";
import type { Entry } from "../ledger/entry.js";
import { markFrom, type RecipeState, wantsEarly, workKey } from "../promotion/champion.js";
import { formatRecipeErrors } from "../recipe/format.js";
import { originStamp } from "../recipe/origin.js";
import { readRecipe } from "../recipe/read.js";
import type { ReadRecipe } from "../recipe/recipe.js";
import { RecipeRejected } from "../recipe/rejected.js";
import { Claims } from "./claims.js";
import { currentSnapshot, dataFiles } from "./data.js";
import { fightDuels } from "./duel.js";
import type { DaemonEvent } from "./events.js";
import { judge, markOf } from "./judge.js";
import { takeOrigin } from "./origin.js";
import type { Parts } from "./parts.js";
import type { StepEnd } from "./queue.js";
import { runStudy, type StudyEnd } from "./study.js";

/** Milliseconds without a change after which a file counts as written; slow writers change it more often than that. */
const SETTLE = 100;
/** Milliseconds for which a recipe file may be missing before it counts as deleted: renames and editors take fewer. */
const GONE = 2000;

/** Trials of a study from which on its first model is judged at once: of fewer the end is near. */
const MANY_TRIALS = 10;

const SETTLED: StepEnd = { again: null };

/** What is to be decided. */
interface Work {
  readonly read: ReadRecipe;
  readonly summary: SnapshotSummary;
  readonly signal: AbortSignal;
}

/** What was seen of a name when it was last looked at; lets a look at an unchanged name be cheap. */
interface Seen {
  /** Identity of the file's bytes as far as the file system tells: inode, size and time of change. */
  readonly stamp: string;
  /** The same of its base. */
  readonly base: string;
  /** Null where the recipe was refused. */
  readonly read: ReadRecipe | null;
  /** `stamp` with that of the data files, when nothing was left to do for them, or nothing could be; else null. */
  readonly settled: string | null;
}

export class Reconciler {
  readonly #parts: Parts;
  readonly #seen = new Map<string, Seen>();
  readonly #claims = new Claims();
  /** Names whose file is missing, with the monotonic time at which that was first seen. */
  readonly #gone = new Map<string, number>();
  /** Names whose study runs now, with the work that it does. */
  readonly #working = new Map<string, string>();
  /** Names that were there at start and have not been looked at: until then none counts as renamed or deleted. */
  readonly #unread: Set<string>;
  /** The last trouble told of each name, so that looking again is silent. */
  readonly #told = new Map<string, string>();

  /** @param names all recipe files that are there at start */
  constructor(parts: Parts, names: readonly string[]) {
    this.#parts = parts;
    this.#unread = new Set(names);
  }

  /** The step of the queue: never rejects. The kind of the error decides when the name is looked at again. */
  async step(name: string, signal: AbortSignal): Promise<StepEnd> {
    try {
      const end = await this.#look(name, signal);
      this.#tellMended(name);
      return end;
    } catch (error) {
      return this.#sortError(name, error);
    } finally {
      this.#unread.delete(name);
    }
  }

  /** True when the file of a name in flight no longer says what its study is running for. */
  async isOutdated(name: string): Promise<boolean> {
    const working = this.#working.get(name);
    if (working === undefined) return false;
    const path = this.#pathOf(name);
    if (stampAt(path) === null) return true;
    // What can't be read now is told when the study is done: the last good recipe goes on (DESIGN §6).
    const read = await this.#read(path).catch(() => null);
    return read !== null && read.workDigest !== working;
  }

  async #look(name: string, signal: AbortSignal): Promise<StepEnd> {
    const stamp = stampAt(this.#pathOf(name));
    if (stamp === null) return this.#retire(name);
    this.#gone.delete(name);
    if (stamp.age < SETTLE && stamp.age >= 0) return { again: SETTLE };
    if (!this.#seen.has(name)) await this.#parts.store.arrive([name]);
    const read = await this.#readChanged(name, stamp.text);
    if (read === null) return SETTLED;
    await this.#claim(name, read.recipe.name);
    await this.#restoreViews(read.recipe.name);
    const files = await dataFiles(read);
    // What waits may be answered by a person: then there is something to do.
    const key = `${stamp.text}|${digestOf(files)}|${this.#stateOf(read.recipe.name)?.pending?.seq ?? ""}`;
    if (this.#seen.get(name)?.settled === key) return SETTLED;
    const settle = () => this.#seen.set(name, { stamp: stamp.text, base: originStamp(read), read, settled: key });
    try {
      if (await this.#work(name, read, { files, signal })) settle();
    } catch (error) {
      if (asCoded(error).kind === "terminal") settle();
      else this.#seen.set(name, { stamp: "", base: "", read, settled: null }); // read anew, its base too
      throw error;
    }
    return SETTLED;
  }

  /** Gives the recipe's name to the file; names that the file had before are retired, or come back. */
  async #claim(name: string, recipe: string): Promise<void> {
    const holder = this.#claims.holder(recipe);
    if (holder === name) return;
    if (holder !== null) {
      if (stampAt(this.#pathOf(holder)) !== null) {
        throw new SousError("RECIPE_NAME_TAKEN", { name: recipe, path: name, holder });
      }
      this.#claims.release(holder);
    }
    this.#claims.take(recipe, name);
    for (const state of this.#statesOf(name)) {
      if (state.name !== recipe) await this.#retireRecipe(state, `its file now holds the recipe ${recipe}`);
    }
    const state = this.#stateOf(recipe);
    if (state?.state === "retired")
      await this.#parts.ledger.append({ kind: "returned", recipe: { ...markFrom(state), path: name } });
  }

  /** The recipe in the file; null where it was refused already and has not changed since. */
  async #readChanged(name: string, stamp: string): Promise<ReadRecipe | null> {
    const seen = this.#seen.get(name);
    if (seen?.stamp === stamp && (seen.read === null || originStamp(seen.read) === seen.base)) return seen.read;
    try {
      const read = await this.#read(this.#pathOf(name));
      this.#seen.set(name, { stamp, base: originStamp(read), read, settled: null });
      return read;
    } catch (error) {
      if (error instanceof RecipeRejected) this.#seen.set(name, { stamp, base: "", read: null, settled: null });
      throw error;
    }
  }

  #read(path: string): Promise<ReadRecipe> {
    return readRecipe(path, { descriptors: this.#parts.descriptors, roots: this.#parts.roots });
  }

  /** Snapshot, study, decision: whatever of them is missing. False when the signal ended it. */
  async #work(name: string, read: ReadRecipe, now: { files: readonly SourceFile[]; signal: AbortSignal }) {
    this.#working.set(name, read.workDigest);
    try {
      const summary = await currentSnapshot(this.#parts, read, now.files, now.signal);
      if (summary === null) return this.#interrupted(read);
      const { rows, warnings } = summary;
      this.#parts.emit({ kind: "data", name: read.recipe.name, rows, warnings });
      const duel = await fightDuels(this.#parts, { read, summary, signal: now.signal });
      if (duel === "interrupted") return this.#interrupted(read);
      if (duel === "in shadow") return true;
      if (this.#stateOf(read.recipe.name)?.decided.has(workKey(read.workDigest, summary.digest))) return true;
      return await this.#decide(name, { read, summary, signal: now.signal });
    } finally {
      this.#working.delete(name);
    }
  }

  async #decide(name: string, on: Work) {
    const { read, summary, signal } = on;
    await takeOrigin(read, summary.digest, { ...this.#parts, signal });
    const onFirst = async (end: StudyEnd) => {
      const { recipe } = read;
      const early = recipe.promotion.early && recipe.promotion.mode === "auto" && recipe.budget.trials >= MANY_TRIALS;
      if (early && wantsEarly(this.#stateOf(recipe.name), end.study.id)) await this.#judge(name, on, end);
    };
    const end = await runStudy(this.#parts, read, summary, { signal, onFirst });
    if (end === null) return this.#interrupted(read);
    return (await this.#judge(name, on, end)) || this.#interrupted(read);
  }

  /** False when the signal ended it. */
  async #judge(name: string, { read, summary, signal }: Work, end: StudyEnd): Promise<boolean> {
    const { finalist, failure } = end.result;
    if (finalist === null) {
      throw new SousError("SEARCH_NO_CANDIDATE", {
        name: read.recipe.name,
        reason: failure?.message ?? "no trial ran",
      });
    }
    const entry = await judge(this.#parts, { read, mark: markOf(name, read), summary, end, finalist }, signal);
    if (entry === null) return false;
    await this.#restoreViews(read.recipe.name, true);
    this.#tellDecision(entry);
    return true;
  }

  #interrupted(read: ReadRecipe): false {
    this.#parts.emit({ kind: "interrupted", name: read.recipe.name });
    return false;
  }

  #tellDecision(entry: Entry): void {
    if (entry.kind !== "decision") return;
    const { name } = entry.recipe;
    const champion = this.#stateOf(name)?.champion ? this.#parts.views.championPath(name) : null;
    this.#parts.emit({
      kind: "decided",
      name,
      decision: entry.decision,
      reason: entry.reason,
      seq: entry.seq,
      champion,
    });
  }

  /** Makes models/ what the ledger says; after a promotion that is how the pointer moves, and nothing to tell. */
  async #restoreViews(recipe: string, quiet = false): Promise<void> {
    const restored = await this.#parts.turns.take(recipe, async () => {
      const state = this.#stateOf(recipe);
      return state === undefined ? [] : this.#parts.views.restore(state);
    });
    if (restored.length === 0 || quiet) return;
    this.#parts.emit({ kind: "restored", name: recipe, paths: restored.map(({ path }) => path) });
  }

  /** The files of recipes without a file, which no step looks at, are held to the log as well. */
  async restoreRetired(): Promise<void> {
    for (const state of this.#parts.standing.now().recipes.values()) {
      if (state.state !== "retired") continue;
      await this.#restoreViews(state.name).catch((error) => this.#sortError(state.name, error));
    }
  }

  /** The file is gone: its recipe is retired, unless another file has it now or it comes back soon. */
  async #retire(name: string): Promise<StepEnd> {
    this.#seen.delete(name);
    this.#told.delete(name);
    const since = this.#gone.get(name) ?? monotonic();
    this.#gone.set(name, since);
    const left = since + GONE - monotonic();
    if (left > 0 || this.#unread.size > 1) return { again: Math.max(left, SETTLE) };
    this.#gone.delete(name);
    const states = this.#statesOf(name);
    this.#claims.release(name);
    for (const state of states) await this.#retireRecipe(state, "its file was deleted");
    return SETTLED;
  }

  /** Active recipes that the ledger or this daemon last saw in the file, and that no other file has. */
  #statesOf(name: string): readonly RecipeState[] {
    const all = [...this.#parts.standing.now().recipes.values()];
    return all.filter((state) => {
      const holder = this.#claims.holder(state.name);
      return state.state === "active" && (holder === name || (holder === null && state.path === name));
    });
  }

  async #retireRecipe(state: RecipeState, reason: string): Promise<void> {
    await this.#parts.ledger.append({ kind: "retired", recipe: markFrom(state), reason });
    this.#parts.emit({ kind: "retired", name: state.name });
  }

  #sortError(name: string, error: unknown): StepEnd {
    if (error instanceof RecipeRejected) {
      const errors = error.errors.map((one) => one.toJSON());
      this.#tell(name, { kind: "invalid", name, errors, text: formatRecipeErrors(error) });
      return SETTLED;
    }
    const coded = asCoded(error);
    const again = coded.kind === "transient";
    const recipe = this.#seen.get(name)?.read?.recipe.name ?? name;
    this.#tell(name, { kind: "failed", name: recipe, error: coded.toJSON(), again });
    return again ? { again: null, failed: true } : SETTLED;
  }

  /** What was wrong with a name is so no longer. */
  #tellMended(name: string): void {
    const seen = this.#seen.get(name);
    if (!seen?.settled || seen.read === null || !this.#told.delete(name)) return;
    this.#parts.emit({ kind: "mended", name: seen.read.recipe.name, path: name });
  }

  #tell(name: string, event: DaemonEvent): void {
    const text = digestOf(event);
    if (this.#told.get(name) !== text) this.#parts.emit(event);
    this.#told.set(name, text);
  }

  #stateOf(recipe: string): RecipeState | undefined {
    return this.#parts.standing.now().recipes.get(recipe);
  }

  #pathOf(name: string): string {
    return join(this.#parts.home.folder, name);
  }
}

/** An error without a code is a defect of `sous`; it is told as one and tried again, since the daemon never goes down. */
function asCoded(error: unknown): SousError {
  if (error instanceof SousError) return error;
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new SousError("UNEXPECTED", { reason }, { cause: error });
}

interface Stamp {
  readonly text: string;
  /** Milliseconds since the last change; negative when the file's clock is ahead of ours. */
  readonly age: number;
}

/** Null when there is no file. */
function stampAt(path: string): Stamp | null {
  const found = lookAt(path);
  if (found === null) return null;
  return { text: stampOf(found), age: now() - Number(found.mtimeMs) };
}
