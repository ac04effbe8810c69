/** The evaluator process as the daemon sees it: started, spoken to, measured, ended. */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FromHost, type HostConfig, isFromHost, type ToHost } from "./wire.js";

/** Milliseconds that the process may take until it says it is ready: 0.1 s on a free machine, far more on a full one. */
const START_LIMIT = 30_000;
/** Milliseconds that plugins may take for their `dispose` when the process is to end. */
const STOP_LIMIT = 2000;

export interface Death {
  /** For people: "signal SIGSEGV", "exit code 1". */
  readonly how: string;
  /** Bytes that the process held when it was ended for them; null when it died of something else. */
  readonly heldBytes: number | null;
}

interface HostOptions {
  /** The module to run: `workers/host.js`. */
  readonly module: URL;
  readonly config: HostConfig;
  readonly onMessage: (message: FromHost) => void;
  /** What the process and the plugins in it write to their standard output and error. */
  readonly onOutput: (text: string) => void;
}

export class HostProcess {
  /** True once the process can take jobs. */
  ready = false;
  /** True once it has been given one. */
  used = false;
  readonly exited: Promise<Death>;
  readonly #child: ChildProcess;
  readonly #onMessage: (message: FromHost) => void;
  #toldBytes: number | null = null;
  #heldBytes: number | null = null;
  #startTimer: NodeJS.Timeout;

  constructor({ module, config, onMessage, onOutput }: HostOptions) {
    this.#onMessage = onMessage;
    // Only what it needs of the daemon's own flags: none. A debugger's port, for one, can't be opened twice.
    this.#child = fork(fileURLToPath(module), [], {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.exited = this.#watchExit();
    this.#startTimer = setTimeout(() => this.kill(), START_LIMIT);
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding("utf8").on("data", onOutput);
    this.#child.on("message", (message) => this.#receive(message));
    this.send({ type: "configure", config });
  }

  send(message: ToHost): void {
    if (!this.#child.connected) return;
    this.#child.send(message, () => {
      // The channel broke while this was on its way: `exited` tells what became of the process.
    });
  }

  /** Resident memory, in bytes; null while it is not known. */
  resident(): number | null {
    return residentOf(this.#child.pid) ?? this.#toldBytes;
  }

  /** @param heldBytes memory held, when that is why */
  kill(heldBytes: number | null = null): void {
    this.#heldBytes = heldBytes;
    this.#child.kill("SIGKILL");
  }

  /** Ends a process that has nothing to do. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.kill(), this.ready ? STOP_LIMIT : 0);
    this.send({ type: "stop" });
    await this.exited;
    clearTimeout(timer);
  }

  #receive(message: unknown): void {
    if (isFromHost(message)) {
      if (message.type === "memory") this.#toldBytes = message.bytes;
      if (message.type === "ready") {
        this.ready = true;
        clearTimeout(this.#startTimer);
      }
      this.#onMessage(message);
    } else this.kill(); // something in there speaks in the host's name
  }

  #watchExit(): Promise<Death> {
    return new Promise((resolve) => {
      const end = (how: string) => {
        clearTimeout(this.#startTimer);
        resolve({ how, heldBytes: this.#heldBytes });
      };
      this.#child.once("error", (error) => this.#child.pid === undefined && end(error.message));
      this.#child.once("exit", (code, signal) => {
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        // Outcomes that were sent before the death may still be on their way: they end where the channel does.
        if (this.#child.connected) this.#child.once("disconnect", () => end(how));
        else end(how);
      });
    });
  }
}

/** By Linux's own account, which needs no answer from a process that may be too busy for one; null elsewhere. */
function residentOf(pid: number | undefined): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null; // no /proc, or no such process any more
  }
}
