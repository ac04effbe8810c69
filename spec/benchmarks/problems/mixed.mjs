/** Problems with categorical, ordinal and conditional parameters. */
import { uniforms } from "../random.mjs";

const OPTIMIZERS = { sgd: [-0.7, 0.3], momentum: [-1.7, 0.1], adam: [-3, 0] };
const ACTIVATIONS = { relu: 0.05, tanh: 0.25, gelu: 0, sin: 0.6 };

/** A net's hyper-parameters in six dimensions. */
export const mixed6 = {
  name: "mixed-6",
  space: {
    lr: { type: "float", low: 1e-5, high: 1, log: true },
    opt: { type: "categorical", choices: Object.keys(OPTIMIZERS) },
    act: { type: "categorical", choices: Object.keys(ACTIVATIONS) },
    depth: { type: "int", low: 1, high: 12 },
    width: { type: "int", low: 8, high: 512, log: true },
    drop: { type: "float", low: 0, high: 0.9 },
  },
  value({ lr, opt, act, depth, width, drop }) {
    const [best, cost] = OPTIMIZERS[opt];
    return (
      0.25 * (Math.log10(lr) - best) ** 2 +
      cost +
      ACTIVATIONS[act] +
      0.02 * (depth - 5 - (act === "gelu" ? 1 : 0)) ** 2 +
      0.08 * (Math.log2(width) - 7) ** 2 +
      1.5 * (drop - 0.05 * Math.log2(width)) ** 2 +
      0.1 * Math.abs(depth - 4) * Math.max(0, drop - 0.4)
    );
  },
  minimum: 0,
  minimizer: { lr: 1e-3, opt: "adam", act: "gelu", depth: 6, width: 128, drop: 0.35 },
};

const LOSSES = ["absolute", "square", "hinge"];
const FEATURES = ["raw", "rank", "bins", "waves"];
/** Neither factor alone says much: only the pair does, and it moves the optimum of the numbers. */
const PAIR_COST = [
  [0.6, 0.9, 0.35, 1.1],
  [0.8, 0.25, 1, 0.7],
  [0.5, 1, 0.75, 0],
];

/** Two categoricals that interact with each other and with three numbers. */
export const interacting = {
  name: "interacting-mixed",
  space: {
    loss: { type: "categorical", choices: LOSSES },
    features: { type: "categorical", choices: FEATURES },
    centred: { type: "categorical", choices: [true, false] },
    strength: { type: "float", low: 1e-4, high: 10, log: true },
    share: { type: "float", low: 0, high: 1 },
    rounds: { type: "int", low: 10, high: 200, step: 10 },
  },
  value({ loss, features, centred, strength, share, rounds }) {
    const pair = LOSSES.indexOf(loss) * FEATURES.length + FEATURES.indexOf(features);
    const decade = Math.log10(strength) - (-3 + 0.3 * pair);
    const offset = share - (centred ? 0.2 : 0.75);
    return (
      PAIR_COST[LOSSES.indexOf(loss)][FEATURES.indexOf(features)] +
      0.15 * decade ** 2 +
      2 * offset ** 2 +
      ((rounds - 120) / 200) ** 2 +
      0.4 * Math.abs(decade * offset) +
      (centred ? 0.1 : 0)
    );
  },
  minimum: 0,
  minimizer: { loss: "hinge", features: "waves", centred: false, strength: 10 ** 0.3, share: 0.75, rounds: 120 },
};

/** A branch that is easy and second, and one that is best and has an interaction. */
export const twoBranches = {
  name: "two-branches",
  space: {
    booster: { type: "categorical", choices: ["shallow", "deep"] },
    eta: { type: "float", low: 1e-3, high: 1, log: true },
    stumps: { type: "int", low: 10, high: 400, when: { booster: "shallow" } },
    depth: { type: "int", low: 2, high: 12, when: { booster: "deep" } },
    leaf: { type: "float", low: 0.1, high: 100, log: true, when: { booster: "deep" } },
  },
  value({ booster, eta, stumps, depth, leaf }) {
    const rate = Math.log10(eta) + 1.5;
    if (booster === "shallow") return 0.2 + 0.2 * rate ** 2 + ((stumps - 250) / 300) ** 2;
    const tilt = Math.log10(leaf) - 0.2 * (depth - 6);
    return 0.4 * rate ** 2 + 0.5 * tilt ** 2 + 0.02 * (depth - 6) ** 2;
  },
  minimum: 0,
  minimizer: { booster: "deep", eta: 10 ** -1.5, depth: 6, leaf: 1 },
};

const STEPS = 8;
const OPTIONS = ["a", "b", "c", "d"];

/** What an option costs at a step, and what it costs after the option of the step before. */
const stepCost = (at, option) => (option === (5 * at) % 4 ? 0 : 0.2 + 0.8 * uniforms("step", at, option)());
const pairCost = (at, before, option) => uniforms("pair", at, before, option)() * 0.8;

/** A pipeline of eight choices, each of which matters alone and with the one before. */
export const choices = {
  name: "choices-8",
  space: Object.fromEntries(
    Array.from({ length: STEPS }, (_, at) => [`step${at + 1}`, { type: "categorical", choices: OPTIONS }]),
  ),
  value(params) {
    const taken = Object.keys(choices.space).map((step) => OPTIONS.indexOf(params[step]));
    return taken.reduce(
      (sum, option, at) => sum + stepCost(at, option) + (at === 0 ? 0 : pairCost(at, taken[at - 1], option)),
      0,
    );
  },
  minimum: 2.967872678115964,
  minimizer: { step1: "a", step2: "a", step3: "c", step4: "d", step5: "a", step6: "a", step7: "b", step8: "d" },
};

const BRANCHES = {
  linear: ({ penalty }) => 0.3 + 0.1 * (Math.log10(penalty) + 1) ** 2,
  trees: ({ depth, rate }) => 0.1 + 0.03 * (depth - 7) ** 2 + 0.4 * (Math.log10(rate) + 1.5) ** 2,
  net: ({ layers, width, momentum }) =>
    0.2 * (layers - 3) ** 2 + 0.05 * (Math.log2(width) - 6) ** 2 + 2 * (momentum - 0.85) ** 2,
};

/** Three branches with parameters of their own, and two that all share. The best branch is the hardest to get right. */
export const branches = {
  name: "three-branches",
  space: {
    kind: { type: "categorical", choices: Object.keys(BRANCHES) },
    sample: { type: "float", low: 0.1, high: 1 },
    smoothing: { type: "float", low: 1e-3, high: 10, log: true },
    penalty: { type: "float", low: 1e-4, high: 100, log: true, when: { kind: "linear" } },
    depth: { type: "int", low: 1, high: 14, when: { kind: "trees" } },
    rate: { type: "float", low: 1e-3, high: 1, log: true, when: { kind: "trees" } },
    layers: { type: "int", low: 1, high: 5, when: { kind: "net" } },
    width: { type: "int", low: 4, high: 1024, log: true, when: { kind: "net" } },
    momentum: { type: "float", low: 0, high: 0.99, when: { kind: "net" } },
  },
  value(params) {
    const { kind, sample, smoothing } = params;
    return BRANCHES[kind](params) + (sample - 0.7) ** 2 + 0.1 * Math.log10(smoothing) ** 2;
  },
  minimum: 0,
  minimizer: { kind: "net", sample: 0.7, smoothing: 1, layers: 3, width: 64, momentum: 0.85 },
};

const SIZES = { batch: 8, depth: 4, decay: 10, rate: 10, units: 6, warmup: 5 };

/** A bowl with a valley across two axes, and rubble as tables of measured errors have it. */
function ordinalCell(indices) {
  const [batch, depth, decay, rate, units, warmup] = indices;
  const rubble = uniforms("ordinal", ...indices)();
  const valley = rate - 0.8 * batch - 1;
  const smooth = 0.06 * valley ** 2 + 0.05 * (batch - 4) ** 2 + 0.1 * (depth - 2) ** 2 + 0.02 * (units - 4) ** 2;
  return Math.min(6, smooth + 0.004 * (decay - 6) ** 2 + 0.01 * Math.abs(warmup - 1)) + 0.3 * rubble;
}

/** Ordinals only, every cell known. */
export const ordinal = {
  name: "ordinal-table",
  space: Object.fromEntries(
    Object.entries(SIZES).map(([name, size]) => [name, { type: "int", low: 0, high: size - 1 }]),
  ),
  value: (params) => ordinalCell(Object.keys(SIZES).map((name) => params[name])),
  minimum: 0.04236069668699056,
  minimizer: { batch: 4, depth: 2, decay: 8, rate: 4, units: 4, warmup: 2 },
};
