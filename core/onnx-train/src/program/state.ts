/** What a program carries from step to step, as a list of parts. */
import type { Optimizer, Slot } from "../optimizers/optimizer.js";
import { type Models, type Parameter, type ParameterGroup, withModels } from "./parameters.js";

export interface StatePart {
  /** What the program calls its input. */
  readonly name: string;
  /** With the models in front where there are several. */
  readonly dims: readonly number[];
  readonly role: "weights" | "slot" | "buffer";
  /** Null but for slots. */
  readonly slot: Slot | null;
  /** The group it belongs to; of a buffer, a group of its own that no optimizer meets. */
  readonly group: Pick<ParameterGroup, "dims" | "parameters">;
}

/** Plain data: it can be stored and given back to go on from there. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** One array for each of the program's parts. */
  readonly parts: readonly Float32Array[];
}

/** For each group the weights, then the slots; then the buffers. */
export function stateParts(
  groups: readonly ParameterGroup[],
  slots: readonly Slot[],
  { buffers, models }: { readonly buffers: readonly Parameter[]; readonly models: Models },
): StatePart[] {
  const trained = groups.flatMap((group, index) => {
    const dims = withModels(group.dims, models);
    const weights: StatePart = { name: `weights_${index}`, dims, role: "weights", slot: null, group };
    const others = slots.map((slot): StatePart => ({ name: `${slot.name}_${index}`, dims, role: "slot", slot, group }));
    return [weights, ...others];
  });
  const kept = buffers.map((buffer, index): StatePart => {
    const group = { dims: buffer.dims, parameters: [buffer] };
    return { name: `buffer_${index}`, dims: withModels(buffer.dims, models), role: "buffer", slot: null, group };
  });
  return [...trained, ...kept];
}

/** Whether it is what to use after training: the weights, or the optimizer's result in their place, and buffers. */
export function isResult({ role, slot }: StatePart, { result }: Pick<Optimizer, "result">): boolean {
  return role === "buffer" || (slot?.name ?? null) === (result ?? null);
}

/** Whether a step changes it; constant slots stay outside of the Loop. */
export function isCarried({ slot }: StatePart): boolean {
  return slot?.constant !== true;
}
