/**
 * The one home of the console. On a terminal the last line is a progress line that is rewritten; elsewhere every message
 * is a plain line, and progress is told in whole steps only.
 */
import { plainOutput } from "../environment.js";

const ERASE = "\r\u001b[2K";
/** Characters of a bar that stands alone, and of one of several. */
const WIDTH = 24;
const NARROW = 10;

export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly note: string;
}

/** What of a standard stream is used. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export class Console {
  readonly #out: Output;
  readonly #err: Output;
  /** True where lines must not be rewritten or coloured. */
  readonly plain: boolean;
  readonly #gone = new AbortController();
  readonly #bars = new Map<string, Progress>();
  #drawn = false;

  constructor(out: Output = process.stdout, err: Output = process.stderr) {
    this.#out = out;
    this.#err = err;
    this.plain = plainOutput(out);
    // EPIPE: whoever read along has gone (`sous log | head`). A daemon goes on all the same.
    for (const stream of [out, err]) stream.on("error", () => this.#gone.abort());
  }

  /** Aborts when nobody reads the output any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  line(text = ""): void {
    this.#erase();
    this.#write(this.#out, `${text}\n`);
    this.#draw();
  }

  error(text: string): void {
    this.#erase();
    this.#write(this.#err, `${text}\n`);
    this.#draw();
  }

  /** Shows how far a long work has come; `null` takes its line away. */
  progress(key: string, progress: Progress | null): void {
    if (progress === null) this.#bars.delete(key);
    else this.#bars.set(key, progress);
    if (this.plain) return;
    this.#erase();
    this.#draw();
  }

  #write(stream: Output, text: string): void {
    if (!this.#gone.signal.aborted) stream.write(text);
  }

  #erase(): void {
    if (!this.#drawn) return;
    this.#write(this.#out, ERASE);
    this.#drawn = false;
  }

  #draw(): void {
    if (this.plain || this.#bars.size === 0) return;
    const width = this.#bars.size > 1 ? NARROW : WIDTH;
    const text = [...this.#bars.values()].map((progress) => bar(progress, width)).join("   ");
    const columns = this.#out.columns || 100; // 0 where a terminal doesn't know
    this.#write(this.#out, text.slice(0, columns - 1));
    this.#drawn = true;
  }
}

/** `churn ████████────── 12/20 best roc_auc 0.8312` */
export function bar(progress: Progress, width = WIDTH): string {
  const share = progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;
  const filled = Math.round(share * width);
  return `${progress.label} ${"█".repeat(filled)}${"─".repeat(width - filled)} ${progress.done}/${progress.total} ${progress.note}`;
}
