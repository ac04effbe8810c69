/**
 * Multilayer perceptrons: several of them trained at once, each from weights and an order of rows of its own, or several that
 * share most of their weights; they speak as one.
 * Numbers may go through waves of trained frequencies first, or through pieces of lines.
 */
import type { Space } from "hyperparameter-js";
import {
  defaultPlan,
  definePlugin,
  type FitContext,
  type FitRequest,
  type Fitted,
  type FittedFeatures,
  fitFeatures,
  type Learner,
  stoppingLoss,
  type Table,
  type TaskSpec,
} from "../../../core/plugin/index.js";
import { answersOf } from "./answers.js";
import { forward } from "./forward.js";
import { exportNets } from "./graph.js";
import { together } from "./members.js";
import { type NetShape, netOf } from "./net.js";
import { type Settings, settingsOf, spaceOf } from "./settings.js";
import { trainNets } from "./training.js";

class Mlp implements Learner {
  readonly name = "mlp";
  readonly tasks = ["binary", "multiclass", "regression"] as const;
  readonly pace = 6e9;

  space(spec: TaskSpec): Space {
    return spaceOf(spec);
  }

  async fit({ spec, train, select, params, seed }: FitRequest, context: FitContext): Promise<Fitted> {
    const settings = settingsOf(params);
    const answers = answersOf(spec, train, settings.balanced);
    await context.pause();
    const features = fitFeatures(defaultPlan(train.table, { family: "net" }), { spec, train, seed });
    const shape = shapeOf(spec, features, settings);
    const rows = {
      numbers: features.encodeTraining(),
      answers,
      select: select.table.rows === 0 ? null : features.encode(select.table),
      stopping: stoppingLoss(spec, select, settings.balanced),
    };
    await context.pause();
    const { nets, epochs } = await trainNets(rows, { spec, shape, settings, seed }, context);
    const { unit } = answers;
    return {
      model: exportNets({ spec, features, net: netOf(shape, seed), isShared: shape.shared !== null, nets, unit }),
      predict: (table: Table) => {
        const numbers = features.encode(table);
        return together(
          spec,
          nets.flatMap((weights) => forward(shape, weights, numbers)),
          unit,
        );
      },
      settled: { epochs },
    };
  }
}

function shapeOf({ task, classes }: TaskSpec, { width, parts }: FittedFeatures, settings: Settings): NetShape {
  const { layers, units, blocks, shared, dropout, numbers } = settings;
  const outputs = task === "regression" ? 1 : classes.length;
  return { width, parts, outputs, layers, units, blocks, shared, dropout, numbers };
}

export default definePlugin({ name: "mlp", version: "1.0.0", learners: [{ useClass: Mlp }] });
