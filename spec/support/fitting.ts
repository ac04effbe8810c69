/** Fits learners in a test, without the evaluator. */
import type { FitContext, FitRequest, Fitted, Learner, Plugin } from "../../core/plugin/index.js";

/** The only learner of a plugin that needs no container. */
export function learnerOf(plugin: Plugin): Learner {
  const provider = plugin.learners?.[0];
  if (provider === undefined || !("useClass" in provider)) throw new Error(`${plugin.name} has no learner class`);
  return new provider.useClass();
}

export interface Record {
  readonly reports: (readonly [number, number])[];
  work: number;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * A context that writes down what it is told; the mean of a prediction is its loss where no other one is given.
 * @param most work after which the fit is to end
 */
export function recording(
  loss: FitContext["loss"] = meanOf,
  most = Number.POSITIVE_INFINITY,
): FitContext & { readonly record: Record } {
  const record: Record = { reports: [], work: 0 };
  return {
    record,
    report: async (step, loss) => void record.reports.push([step, loss]),
    loss,
    pause: async () => {},
    isSpent: () => record.work >= most,
    work: (units) => {
      record.work += units;
    },
  };
}

export function fitLearner(
  plugin: Plugin,
  request: Partial<FitRequest> & Pick<FitRequest, "spec" | "train">,
): Promise<Fitted> {
  const whole = { select: request.train, params: {}, seed: 1, ...request };
  return learnerOf(plugin).fit(whole, recording());
}
