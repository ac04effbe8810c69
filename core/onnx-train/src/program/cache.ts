/**
 * Programs that are compiled already. Trials that differ in values only (weights, hyper-parameters, schedules, rows) have
 * the same program: loading it into onnxruntime takes longer than many a small training.
 */
import { createHash } from "node:crypto";
import { encodeModel } from "../codec/encode.js";
import { checkNumber, RANGES } from "../given.js";
import type { Session, SessionOptions } from "../session.js";
import type { Program } from "./program.js";
import { openProgram } from "./stretch.js";
import { Trainer } from "./trainer.js";

interface Compiled {
  readonly session: Promise<Session>;
  users: number;
}

export interface ProgramCacheOptions extends SessionOptions {
  /** How many programs that nobody uses are kept; default 8. */
  readonly capacity?: number;
}

export class ProgramCache {
  /** By the hash of the program's bytes; the one used last stands last. */
  private readonly compiled = new Map<string, Compiled>();
  private readonly capacity: number;

  constructor(private readonly options: ProgramCacheOptions = {}) {
    this.capacity = options.capacity ?? 8;
    checkNumber("ProgramCache: capacity", this.capacity, RANGES.steps);
  }

  /** How many programs are held. */
  get size(): number {
    return this.compiled.size;
  }

  /**
   * A trainer on the program, compiled where no equal one is. Releasing it gives it back to the cache.
   * @throws OnnxError ONNX_LOAD
   */
  async open(program: Program): Promise<Trainer> {
    const bytes = encodeModel(program.model);
    const key = createHash("sha256").update(bytes).digest("hex");
    const held = this.compiled.get(key) ?? { session: openProgram(program, bytes, this.options), users: 0 };
    this.compiled.delete(key);
    this.compiled.set(key, held);
    held.users++;
    const session = await held.session.catch((error: unknown) => {
      this.compiled.delete(key);
      throw error;
    });
    let open = true;
    const release = async () => {
      if (open) held.users--;
      open = false;
      await this.trim(this.capacity);
    };
    return new Trainer(program, { ...session, release });
  }

  /** Lets go of all programs that nobody uses. */
  release(): Promise<void> {
    return this.trim(0);
  }

  private async trim(kept: number): Promise<void> {
    const idle = [...this.compiled].filter(([, { users }]) => users === 0);
    for (const [key, { session }] of idle.slice(0, Math.max(0, idle.length - kept))) {
      this.compiled.delete(key);
      await (await session).release();
    }
  }
}
