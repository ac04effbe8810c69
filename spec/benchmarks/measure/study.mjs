/** One study of one problem: what its best trial is worth after each trial. */
import { createStudy, nopPruner } from "hyperparameter-js";
import { bbob } from "../bbob/functions.mjs";
import { continuous } from "../problems/continuous.mjs";
import { HELD_BACK, TUNING, tables } from "../problems/problems.mjs";
import { samplerNamed } from "./samplers.mjs";

let named = null;

function problemNamed(name) {
  named ??= new Map([...TUNING, ...HELD_BACK, ...(tables() ?? [])].map((problem) => [problem.name, problem]));
  const problem = named.get(name);
  if (problem === undefined) throw new Error(`No problem is called ${name}.`);
  return problem;
}

/** `problem`: a name, or [id, d, instance] of a BBOB function. */
export function problemOf(problem) {
  if (typeof problem === "string") return problemNamed(problem);
  const [id, d, instance] = problem;
  const formula = { box: Array.from({ length: d }, () => [-5, 5]), ...bbob(id, d, instance) };
  return continuous(`bbob-${id}`, formula);
}

/**
 * How far above the minimum the best trial was after each one. The best is chosen by what was measured and judged by the
 * truth, which differ where there is noise. An exhausted space keeps its last figure.
 */
export async function regrets({ problem, sampler, seed, trials }) {
  const { space, value, truth = value, minimum } = problemOf(problem);
  const study = await createStudy({ space, sampler: samplerNamed(sampler), pruner: nopPruner(), seed, budget: trials });
  const curve = [];
  let [least, judged] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const objective = ({ params, number }) => {
    const measured = value(params, [seed, number]);
    if (measured < least) [least, judged] = [measured, truth(params) - minimum];
    curve.push(judged);
    return measured;
  };
  await study.optimize(objective, { nTrials: trials });
  while (curve.length < trials) curve.push(judged);
  return curve;
}
