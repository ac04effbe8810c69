import type { Descriptors } from "../evaluator/messages.js";
import { renderScalar } from "./render.js";

export interface StarterAnswers {
  /** Path or glob, relative to where the recipe will stand. */
  readonly source: string;
  readonly target: string;
}

/**
 * The text of a first recipe. What is commented out (`#` with no space after it) is what holds anyway: taking the `#`
 * off changes nothing until the value is changed.
 */
export function initRecipe({ source, target }: StarterAnswers, { defaults, learners }: Descriptors): string {
  const searched = learners.filter(({ baseline }) => !baseline).map(({ name }) => name);
  return `# A recipe of sous. Only data.source and data.target are needed; the rest shows the defaults.
# \`sous plan\` prints the whole recipe, \`sous schema\` the JSON Schema for your editor.
data:
  source: ${renderScalar(source)} # a file or a glob; new files are new data
  target: ${renderScalar(target)} # the column to predict

# metric: what is optimized. By default ${metricWords(defaults)}.
# search.learners: which to try. There are ${searched.join(", ")}; by default all that can do the task.
#split:
#  method: hash # rows keep their side when rows are added; or stratified, group, time
#  fractions: { train: 0.6, select: 0.2, confirm: 0.2 }
#  seed: 0
#budget:
#  trials: 30
#  per_trial_wall: 60s
#  memory: 2GiB
#  threads: 2
#gates: [${defaults.gates.join(", ")}]
#promotion:
#  mode: auto # manual: a person says the last word
#  alpha: 0.05
`;
}

function metricWords({ metrics }: Descriptors["defaults"]): string {
  return Object.entries(metrics)
    .map(([task, metric]) => `${metric} for ${task}`)
    .join(", ");
}
