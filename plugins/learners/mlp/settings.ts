/** The parameters of nets: their space, and what a fit makes of them. */
import type { Params, Space } from "hyperparameter-js";
import { LearnerFailure, type TaskSpec } from "../../../core/plugin/index.js";
import type { NetShape } from "./net.js";

export interface Settings extends Pick<NetShape, "layers" | "units" | "blocks" | "shared" | "dropout" | "numbers"> {
  /** Nets that are trained at once. */
  readonly nets: number;
  readonly rate: number;
  readonly decay: number;
  /** Rows of a step. */
  readonly batch: number;
  /** The share of a class's answer that is spread over all classes, 0 … 1. */
  readonly smoothing: number;
  /** Each class weighs the same. */
  readonly balanced: boolean;
  /** At most; null: as many as are of use. */
  readonly epochs: number | null;
}

/** More gain little: the variance of a mean falls as 1/n, and so does the speed. */
const NETS = 4;
/**
 * Gorishniy et al. 2024, https://arxiv.org/abs/2410.24210, have 32 on a GPU. 16 take twice the time of these, to gain a
 * few percent here and lose them there.
 */
const SHARED = 8;

const CHOICES = {
  numbers: ["plain", "waves", "pieces"],
  blocks: ["plain", "residual"],
  members: ["separate", "shared"],
  class_weight: ["none", "balanced"],
} as const;

/** Of choices the first is what a fit takes without, and what configurations have that were chosen before the parameter came. */
const SPACE: Space = {
  layers: { type: "int", low: 1, high: 3 },
  units: { type: "int", low: 16, high: 256, log: true },
  rate: { type: "float", low: 3e-4, high: 1e-2, log: true },
  decay: { type: "float", low: 1e-5, high: 1, log: true },
  dropout: { type: "float", low: 0, high: 0.5 },
  batch: { type: "categorical", choices: [32, 64, 128, 256] },
  numbers: { type: "categorical", choices: CHOICES.numbers },
  blocks: { type: "categorical", choices: CHOICES.blocks },
  members: { type: "categorical", choices: CHOICES.members },
};

const OF_CLASSES: Space = {
  class_weight: { type: "categorical", choices: CHOICES.class_weight },
  smoothing: { type: "categorical", choices: [0, 0.05, 0.1] },
};

export function spaceOf({ task }: TaskSpec): Space {
  return task === "regression" ? SPACE : { ...SPACE, ...OF_CLASSES };
}

/** @throws LearnerFailure bad_parameter, for what a recipe's own space may hold */
export function settingsOf(params: Params): Settings {
  const number = (name: string, absent: number) => {
    const value = params[name];
    return typeof value === "number" ? value : absent;
  };
  const isShared = choiceOf(params, "members") === "shared";
  return {
    layers: number("layers", 2),
    units: number("units", 64),
    blocks: choiceOf(params, "blocks"),
    shared: isShared ? SHARED : null,
    nets: isShared ? 1 : NETS,
    dropout: number("dropout", 0.1),
    numbers: choiceOf(params, "numbers"),
    rate: number("rate", 2e-3),
    decay: number("decay", 1e-2),
    batch: number("batch", 64),
    smoothing: smoothingOf(number("smoothing", 0)),
    balanced: choiceOf(params, "class_weight") === "balanced",
    epochs: typeof params.epochs === "number" ? params.epochs : null,
  };
}

/** The first is taken where none is given. */
function choiceOf<Name extends keyof typeof CHOICES>(params: Params, name: Name): (typeof CHOICES)[Name][number] {
  const choices: readonly (typeof CHOICES)[Name][number][] = CHOICES[name];
  const given = params[name] ?? choices[0];
  const found = choices.find((choice) => choice === given);
  if (found !== undefined) return found;
  throw new LearnerFailure("bad_parameter", `${name} ${JSON.stringify(given)} is none of ${choices.join(", ")}`);
}

function smoothingOf(value: number): number {
  if (value >= 0 && value < 1) return value;
  throw new LearnerFailure("bad_parameter", `smoothing ${value} is not from 0 to below 1`);
}
