import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Assignment, FromWorker, ToWorker } from "./assignment.js";

/** The host's end of what it and the worker tell each other while one job runs. */
export class Line {
  /** What the worker is given of it. */
  readonly far: Pick<Assignment, "cancel" | "port">;
  readonly #port: MessagePort;
  readonly #onMessage: (message: FromWorker) => void;

  constructor(onMessage: (message: FromWorker) => void) {
    const { port1, port2 } = new MessageChannel();
    this.far = { cancel: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT), port: port2 };
    this.#port = port1;
    this.#onMessage = onMessage;
    port1.on("message", onMessage);
  }

  cancel(): void {
    Atomics.store(new Int32Array(this.far.cancel), 0, 1);
  }

  answer(answer: ToWorker): void {
    this.#port.postMessage(answer);
  }

  /** Takes what the worker said last: the job's end comes by another port, and may overtake it. */
  close(): void {
    for (let last = receiveMessageOnPort(this.#port); last; last = receiveMessageOnPort(this.#port)) {
      this.#onMessage(last.message);
    }
    this.#port.close();
  }
}
