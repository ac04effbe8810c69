/**
 * Multilayer perceptrons: several of them trained at once, each from weights and an order of rows of its own, which speak as one.
 * Numbers may go through waves of trained frequencies first.
 */
import type { Params, Space } from "hyperparameter-js";
import {
  defaultPlan,
  definePlugin,
  type FitContext,
  type FitRequest,
  type Fitted,
  fitFeatures,
  type Learner,
  type Table,
  type TaskSpec,
} from "../../../core/plugin/index.js";
import { answersOf } from "./answers.js";
import { forward } from "./forward.js";
import { exportNet } from "./graph.js";
import { together } from "./members.js";
import { type NetShape, netOf } from "./net.js";
import { trainMembers } from "./training.js";

/** More gain little: the variance of a mean falls as 1/n, and so does the speed. */
const MEMBERS = 4;

const SPACE: Space = {
  layers: { type: "int", low: 1, high: 3 },
  units: { type: "int", low: 16, high: 256, log: true },
  rate: { type: "float", low: 3e-4, high: 1e-2, log: true },
  decay: { type: "float", low: 1e-5, high: 1, log: true },
  dropout: { type: "float", low: 0, high: 0.5 },
  batch: { type: "categorical", choices: [32, 64, 128, 256] },
  numbers: { type: "categorical", choices: ["plain", "waves"] },
};

class Mlp implements Learner {
  readonly name = "mlp";
  readonly tasks = ["binary", "multiclass", "regression"] as const;

  space(spec: TaskSpec): Space {
    if (spec.task === "regression") return SPACE;
    return { ...SPACE, class_weight: { type: "categorical", choices: ["none", "balanced"] } };
  }

  async fit({ spec, train, select, params, seed }: FitRequest, context: FitContext): Promise<Fitted> {
    const answers = answersOf(spec, train, params.class_weight === "balanced");
    await context.pause();
    const features = fitFeatures(defaultPlan(train.table, { family: "net" }), { spec, train, seed });
    const shape: NetShape = { width: features.width, parts: features.parts, ...shapeOf(spec, params) };
    const rows = {
      numbers: features.encodeTraining(),
      answers,
      select: select.table.rows === 0 ? null : features.encode(select.table),
    };
    await context.pause();
    const options = {
      spec,
      shape,
      members: MEMBERS,
      rate: numberOf(params, "rate", 2e-3),
      decay: numberOf(params, "decay", 1e-2),
      batch: numberOf(params, "batch", 64),
      seed,
      epochs: typeof params.epochs === "number" ? params.epochs : null,
    };
    const { members, epochs } = await trainMembers(rows, options, context);
    return {
      model: exportNet({ spec, features, net: netOf(shape, seed), members, unit: answers.unit }),
      predict: (table: Table) => {
        const numbers = features.encode(table);
        return together(
          spec,
          members.map((weights) => forward(shape, weights, numbers)),
          answers.unit,
        );
      },
      settled: { epochs },
    };
  }
}

function shapeOf({ task, classes }: TaskSpec, params: Params): Omit<NetShape, "width" | "parts"> {
  const units = numberOf(params, "units", 64);
  return {
    hidden: Array.from({ length: numberOf(params, "layers", 2) }, () => units),
    outputs: task === "regression" ? 1 : classes.length,
    dropout: numberOf(params, "dropout", 0.1),
    waves: (params.numbers ?? "plain") === "waves",
  };
}

function numberOf(params: Params, name: string, absent: number): number {
  const value = params[name];
  return typeof value === "number" ? value : absent;
}

export default definePlugin({ name: "mlp", version: "1.0.0", learners: [{ useClass: Mlp }] });
