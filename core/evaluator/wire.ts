/**
 * What crosses the channel between the daemon and its evaluator process. The daemon checks what it receives: plugins run
 * on the other side.
 */
import { CATALOGUE } from "../errors.js";
import type { Job, JobKind, JobResult, Places } from "./messages.js";

export interface HostConfig {
  readonly places: Places;
  /** Trials, snapshots and confirmations at the same time; there is one thread more, for light jobs. */
  readonly slots: number;
  /** JavaScript heap of each worker thread, in MiB. */
  readonly heapMiB: number;
}

export type ToHost =
  | { readonly type: "configure"; readonly config: HostConfig }
  | { readonly type: "run"; readonly id: number; readonly job: Job }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "answer"; readonly id: number; readonly prune: boolean }
  | { readonly type: "stop" };

export type FromHost =
  | { readonly type: "ready" }
  | { readonly type: "started"; readonly id: number }
  | { readonly type: "report"; readonly id: number; readonly step: number; readonly loss: number }
  | { readonly type: "ended"; readonly id: number; readonly result: JobResult<JobKind> }
  /** Its thread died, perhaps of what an earlier job left behind. */
  | { readonly type: "lost"; readonly id: number; readonly reason: string }
  | { readonly type: "memory"; readonly bytes: number };

type Fields = Readonly<Record<string, unknown>>;

const isNumber = (value: unknown): value is number => typeof value === "number";

const CHECKS: Readonly<Record<FromHost["type"], (message: Fields) => boolean>> = {
  ready: () => true,
  started: ({ id }) => isNumber(id),
  report: ({ id, step, loss }) => isNumber(id) && isNumber(step) && isNumber(loss),
  ended: ({ id, result }) => isNumber(id) && isResult(result),
  lost: ({ id, reason }) => isNumber(id) && typeof reason === "string",
  memory: ({ bytes }) => isNumber(bytes),
};

const RESULTS: Readonly<Record<JobResult<JobKind>["status"], (result: Fields) => boolean>> = {
  done: ({ outcome }) => isFields(outcome),
  pruned: ({ step }) => isNumber(step),
  cancelled: () => true,
  failed: ({ error }) => isFields(error) && typeof error.code === "string" && error.code in CATALOGUE,
};

export function isFromHost(message: unknown): message is FromHost {
  return isFields(message) && (lookUp(CHECKS, message.type)?.(message) ?? false);
}

function isResult(result: unknown): boolean {
  return isFields(result) && (lookUp(RESULTS, result.status)?.(result) ?? false);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function lookUp<T>(table: Readonly<Record<string, T>>, key: unknown): T | undefined {
  return typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
}
