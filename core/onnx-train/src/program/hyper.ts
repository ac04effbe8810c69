/** The numbers of each step: one row of factors for every step and model, from hyper-parameters that may change with both. */
import { checkNumber, RANGES } from "../given.js";
import { type Optimizer, stepFactors } from "../optimizers/optimizer.js";
import type { Tensor } from "../tensor.js";
import type { Dropout } from "./trainingForm.js";

/** Values of some hyper-parameters; the optimizer's own stand for the others. */
export type Hyper = Readonly<Record<string, number>>;

/** Other hyper-parameters for some of what trains, such as no decay for biases. */
export interface Setting {
  /** By name of the initializer; the first setting that has it counts. */
  readonly has: (name: string) => boolean;
  /** What they are there, of what they are elsewhere. */
  readonly adjust: (hyper: Hyper) => Hyper;
}

/** What the columns of the table of factors are, in order. */
export interface FactorLayout {
  readonly optimizer: Optimizer;
  /** The first is that of all other parameters. */
  readonly settings: readonly Setting[];
  /** Of one setting. */
  readonly names: readonly string[];
  readonly dropouts: readonly Dropout[];
}

/** The first row of settings: all that no other has. */
const REST: Setting = { has: () => true, adjust: (hyper) => hyper };

export function factorLayout(
  optimizer: Optimizer,
  settings: readonly Setting[],
  dropouts: readonly Dropout[],
): FactorLayout {
  const names = Object.keys(optimizer.factors(optimizer.hyper, 1));
  return { optimizer, settings: [REST, ...settings], names, dropouts };
}

/** Which setting counts for a parameter. */
export function settingOf({ settings }: FactorLayout, name: string): number {
  const [, ...special] = settings;
  return special.findIndex(({ has }) => has(name)) + 1;
}

/** How many factors a step has. */
export function factorCount({ settings, names, dropouts }: FactorLayout): number {
  return settings.length * names.length + 2 * dropouts.length;
}

/** What the share left out by every dropout is called among hyper-parameters; by default each node's own counts. */
export const DROPOUT = "dropout";

function row(layout: FactorLayout, { [DROPOUT]: dropout, ...given }: Hyper, step: number): number[] {
  const { optimizer, settings, names, dropouts } = layout;
  const own = settings.flatMap(({ adjust }, index) => {
    const hyper = index === 0 ? given : adjust({ ...optimizer.hyper, ...given });
    const factors = stepFactors(optimizer, hyper, step);
    return names.map((name) => factors[name] ?? Number.NaN);
  });
  if (dropout !== undefined) checkNumber(`${DROPOUT} of step ${step}`, dropout, RANGES.share);
  const left = dropouts.flatMap(({ rate }) => [dropout ?? rate, 1 / (1 - (dropout ?? rate))]);
  return [...own, ...left];
}

export interface FactorTable {
  readonly models: number | null;
  /** Steps done before. */
  readonly done: number;
  readonly steps: number;
  readonly hyper: (step: number, model: number) => Hyper;
}

/**
 * Float [steps, factors], or [steps, models, factors].
 * @throws OnnxError ONNX_OPTION for names that nothing has and values out of range
 */
export function factorTable(layout: FactorLayout, { models, done, steps, hyper }: FactorTable): Tensor {
  const count = factorCount(layout);
  const data = new Float32Array(steps * (models ?? 1) * count);
  for (let index = 0; index < steps; index++) {
    const step = done + index + 1;
    // One object for all models is worked out once: with 16 models the rows took 5 % of a step otherwise.
    const rows = new Map<Hyper, readonly number[]>();
    for (let model = 0; model < (models ?? 1); model++) {
      const given = hyper(step, model);
      const own = rows.get(given) ?? row(layout, given, step);
      rows.set(given, own);
      data.set(own, (index * (models ?? 1) + model) * count);
    }
  }
  return { element: "float", dims: [steps, ...(models === null ? [] : [models]), count], data };
}
