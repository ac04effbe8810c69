/** The one list of codes. A code keeps its meaning for ever. */
export type HyperparameterCode =
  | "BOUNDS_INVALID"
  | "BOUNDS_REVERSED"
  | "LOG_NOT_POSITIVE"
  | "STEP_INVALID"
  | "STEP_NOT_DIVIDING"
  | "CHOICES_INVALID"
  | "CHOICES_DUPLICATE"
  | "TYPE_UNKNOWN"
  | "CONDITION_UNKNOWN"
  | "CONDITION_OUTSIDE"
  | "CONDITION_CYCLE"
  | "RELATION_INVALID"
  | "OPTION_INVALID"
  | "PARAMS_OUTSIDE"
  | "PROPOSAL_INVALID"
  | "DISTRIBUTION_CHANGED"
  | "SPACE_EXHAUSTED"
  | "TRIAL_UNKNOWN"
  | "TRIAL_FINISHED"
  | "TRIAL_INVALID"
  | "VALUES_INVALID"
  | "REPORT_INVALID"
  | "NO_COMPLETE_TRIAL"
  | "OBJECTIVES_UNSUPPORTED"
  | "STORAGE_INVALID"
  | "STORAGE_LOCKED"
  | "STORAGE_FAILED"
  | "CONSTRAINTS_INVALID"
  | "SPACE_UNSUPPORTED"
  | "IMPORT_INVALID";

export interface ErrorFields {
  readonly code: HyperparameterCode;
  /** What the complaint is about, as a path: `space.depth.low`, `trial 7`. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
}

/** Thrown for every misuse; `code` is for programs, the message for people. */
export class HyperparameterError extends Error implements ErrorFields {
  override readonly name = "HyperparameterError";
  readonly code: HyperparameterCode;
  readonly where: string;
  readonly expected: string;
  readonly got: string;

  constructor(fields: ErrorFields) {
    super(`${fields.where}: expected ${fields.expected}, got ${fields.got} (${fields.code})`);
    this.code = fields.code;
    this.where = fields.where;
    this.expected = fields.expected;
    this.got = fields.got;
  }
}

/** Thrown by an objective to say that its trial was pruned. */
export class TrialPruned extends Error {
  override readonly name = "TrialPruned";
}

/** A value as a person would write it: as JSON, with NaN, infinities and undefined, which that has no words for. */
export function show(value: unknown): string {
  return shown(value, []);
}

/** `around`: what the value is a part of. What holds itself is cut short where it comes again. */
function shown(value: unknown, around: readonly unknown[]): string {
  if (around.includes(value)) return "…";
  const inside = (part: unknown) => shown(part, [...around, value]);
  if (Array.isArray(value)) return `[${value.map(inside).join(",")}]`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string"
      ? JSON.stringify(value)
      : typeof value === "function"
        ? "a function"
        : String(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${inside(member)}`).join(",")}}`;
}
