/** How training ends where numbers stop being finite. */

/** Of one model: all steps done, or stopped at one, counted from 1 for the first step ever. */
export type Outcome =
  | { readonly code: "DONE" }
  | { readonly code: "NOT_FINITE"; readonly step: number; readonly what: "loss" | "gradient" | "weights" };

export interface Break {
  /** Steps that were fine. */
  readonly good: number;
  readonly what: "loss" | "gradient" | "weights";
}

/** Losses and norms, [steps, models]. */
export interface Trace {
  readonly losses: Float32Array;
  readonly norms: Float32Array;
  readonly models: number;
}

/**
 * Where a model broke: the first step of which loss or gradient isn't finite, or the last one, where nothing but what it made
 * of the state shows it; null where all is well.
 */
export function breakOf({ losses, norms, models }: Trace, parts: readonly Float32Array[], model: number): Break | null {
  for (let at = model; at < losses.length; at += models) {
    const loss = Number.isFinite(losses[at]);
    if (!loss || !Number.isFinite(norms[at]))
      return { good: Math.floor(at / models), what: loss ? "gradient" : "loss" };
  }
  return allFinite(parts, models, model) ? null : { good: losses.length / models - 1, what: "weights" };
}

/** Whether all that a model carries is finite. */
export function allFinite(parts: readonly Float32Array[], models: number, model: number): boolean {
  return parts.every((part) => {
    const each = part.length / models;
    // A sum of x · 0 is NaN as soon as one x isn't finite.
    let sum = 0;
    for (let at = model * each; at < (model + 1) * each; at++) sum += (part[at] as number) * 0;
    return sum === 0;
  });
}

/** Parts in which some models are taken from others: model → parts. */
export function mixed(
  parts: readonly Float32Array[],
  models: number,
  from: ReadonlyMap<number, readonly Float32Array[]>,
): readonly Float32Array[] {
  if (models === 1) return from.get(0) ?? parts;
  if (from.size === 0) return parts;
  return parts.map((part, index) => {
    const own = part.slice();
    const each = part.length / models;
    for (const [model, other] of from)
      own.set((other[index] as Float32Array).subarray(model * each, (model + 1) * each), model * each);
    return own;
  });
}
