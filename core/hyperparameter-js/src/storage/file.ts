/** A study in one file that only grows. For Node alone. */
import {
  closeSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { HyperparameterError, show } from "../errors.js";
import { checkOneOf, checkOptions, checkSwitch, type OptionNames } from "../given.js";
import type { FrozenTrial, Storage } from "../types.js";
import { JOURNAL_START, type JournalContents, JournalWriter, readJournal } from "./journal.js";
import { lock } from "./lock.js";

export interface FileStorageOptions {
  /**
   * What a resolved `put` outlives. "fsync": the machine's end; puts made at the same time share one fsync. "buffered": the
   * process's end, at a small part of the cost; after a power cut the newest trials may be missing. Default: "fsync".
   */
  readonly durability?: "fsync" | "buffered";
  /** True: only `load`, also while another process writes. Default: false. */
  readonly readonly?: boolean;
}

const KNOWN: OptionNames<FileStorageOptions> = { durability: true, readonly: true };

export interface FileStorage extends Storage {
  /** Waits for what is being put, and lets others write. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/** The file while it is open to be written. */
interface OpenFile {
  readonly descriptor: number;
  readonly writer: JournalWriter;
  /** The trials that have not ended, as last put: what is put next is written as a change of these. */
  readonly open: Map<number, FrozenTrial>;
  /** Bytes written so far. */
  length: number;
  /** What the file held when it was opened, until it is first asked for or changed. */
  contents: JournalContents | null;
}

function failed(path: string, error: unknown): HyperparameterError {
  if (error instanceof HyperparameterError) return error;
  const expected = "a file that can be read and written";
  return new HyperparameterError({ code: "STORAGE_FAILED", where: path, expected, got: String(error) });
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** Cuts off what was never fully written, and begins a new file. */
function prepare(descriptor: number, path: string, bytes: Uint8Array): JournalContents & { readonly size: number } {
  const contents = readJournal(bytes);
  let size = contents.length;
  if (size < bytes.length) ftruncateSync(descriptor, size);
  if (size === 0) size = writeSync(descriptor, JOURNAL_START, 0, JOURNAL_START.length, 0);
  if (size === bytes.length) return { ...contents, size };
  fsyncSync(descriptor);
  syncFolder(dirname(path));
  return { ...contents, size };
}

function openFile(path: string): OpenFile {
  const descriptor = openSync(path, "a+");
  try {
    const { size, ...contents } = prepare(descriptor, path, readFileSync(descriptor));
    const open = new Map<number, FrozenTrial>();
    for (const trial of contents.trials.values()) if (isOpen(trial.state)) open.set(trial.number, trial);
    return { descriptor, writer: new JournalWriter(contents.vocabulary), open, length: size, contents };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function isOpen(state: FrozenTrial["state"]): boolean {
  return state === "waiting" || state === "running";
}

function syncData(descriptor: number): Promise<void> {
  return new Promise((done, fail) => fdatasync(descriptor, (error) => (error ? fail(error) : done())));
}

class JournalFile implements FileStorage {
  readonly #path: string;
  readonly #synced: boolean;
  #file: OpenFile | null = null;
  #lock: string | null = null;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | null = null;
  /** After a write that failed nobody knows what the disk has: nothing more is written. */
  #broken: HyperparameterError | null = null;

  constructor(path: string, synced: boolean) {
    this.#path = path;
    this.#synced = synced;
  }

  #opened(): OpenFile {
    if (this.#broken !== null) throw this.#broken;
    if (this.#file !== null) return this.#file;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      this.#lock = lock(this.#path);
      this.#file = openFile(this.#path);
      return this.#file;
    } catch (error) {
      this.#unlock();
      throw failed(this.#path, error);
    }
  }

  #unlock(): void {
    if (this.#lock !== null) unlinkSync(this.#lock);
    this.#lock = null;
  }

  async load(): Promise<readonly FrozenTrial[]> {
    await this.#flushing;
    const file = this.#opened();
    const contents = file.contents ?? readJournal(readFileSync(this.#path));
    file.contents = null;
    return [...contents.trials.values()];
  }

  async put(trial: FrozenTrial): Promise<void> {
    const file = this.#opened();
    file.writer.add(trial, file.open.get(trial.number));
    file.contents = null;
    if (isOpen(trial.state)) file.open.set(trial.number, trial);
    else file.open.delete(trial.number);
    const written = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#flushing ??= this.#flush(file);
    return written;
  }

  /** Writes what waits, and what has come to wait while that was synced, until nothing does. */
  async #flush(file: OpenFile): Promise<void> {
    await null;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        this.#append(file);
        if (this.#synced) await syncData(file.descriptor);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#break(failed(this.#path, error), batch);
      }
    }
    this.#flushing = null;
  }

  #append(file: OpenFile): void {
    const frame = file.writer.take();
    const { size } = fstatSync(file.descriptor);
    if (size !== file.length) {
      const [expected, got] = [`${file.length} bytes, as were written here`, `${size}: another process writes to it`];
      throw new HyperparameterError({ code: "STORAGE_INVALID", where: this.#path, expected, got });
    }
    for (let at = 0; at < frame.length; ) at += writeSync(file.descriptor, frame, at);
    file.length += frame.length;
  }

  #break(error: HyperparameterError, batch: readonly Waiting[]): void {
    this.#broken = error;
    for (const { reject } of [...batch, ...this.#waiting]) reject(error);
    this.#waiting = [];
  }

  async close(): Promise<void> {
    await this.#flushing;
    if (this.#file !== null) closeSync(this.#file.descriptor);
    this.#file = null;
    this.#broken = null;
    this.#unlock();
  }
}

function reader(path: string): FileStorage {
  const refused = { code: "STORAGE_INVALID", where: path, expected: "no put, as it was opened to be read", got: "one" };
  return {
    load: async () => {
      try {
        return [...readJournal(readFileSync(path)).trials.values()];
      } catch (error) {
        throw failed(path, error);
      }
    },
    put: () => Promise.reject(new HyperparameterError({ ...refused, code: "STORAGE_INVALID" })),
    close: async () => undefined,
  };
}

/**
 * Keeps a study in the file at `path`, which is made with its folder where missing. One process at a time writes: a lock
 * file beside it, `<path>.lock`, says which, and is taken over from one that is gone. Opened at the first `load` or `put`,
 * which reject with STORAGE_LOCKED, with STORAGE_INVALID and the byte's offset where the file is damaged, and with
 * STORAGE_FAILED where the system refuses to read or write. What was not fully written when the last process stopped is cut
 * off; nothing that a `put` resolved for is.
 */
export function fileStorage(path: string, options: FileStorageOptions = {}): FileStorage {
  checkOptions("fileStorage", options, KNOWN);
  const { durability = "fsync", readonly = false } = options;
  checkOneOf("fileStorage.durability", durability, ["fsync", "buffered"]);
  checkSwitch("fileStorage.readonly", readonly);
  if (typeof path !== "string" || path === "") {
    const expected = "the path of a file";
    throw new HyperparameterError({ code: "OPTION_INVALID", where: "fileStorage.path", expected, got: show(path) });
  }
  return readonly ? reader(path) : new JournalFile(resolve(path), durability === "fsync");
}
