/** Studies in the words of `spec/fixtures/optuna/describe.py`, to be compared with what Optuna itself says of a file. */
import { fromPythonJson } from "../../../core/hyperparameter-js/dist/interchange/pythonJson.js";

const STATES = {
  complete: "COMPLETE",
  pruned: "PRUNED",
  failed: "FAIL",
  stale: "FAIL",
  running: "RUNNING",
  waiting: "WAITING",
};

function distribution({ type, low, high, log = false, step = null, choices }) {
  if (type === "categorical") return { name: "CategoricalDistribution", attributes: { choices } };
  if (type === "float") return { name: "FloatDistribution", attributes: { step, low, high, log } };
  return { name: "IntDistribution", attributes: { log, step: step ?? 1, low, high } };
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** NaN has no equal, and JSON no word for it. */
function comparable(value) {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return sorted(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member)])));
}

export function describeStudy({ name, directions, trials, userAttrs = {} }) {
  return comparable({
    name,
    directions: directions.map((direction) => direction.toUpperCase()),
    user_attrs: userAttrs,
    trials: trials.map((trial) => ({
      number: trial.number,
      state: STATES[trial.state],
      params: trial.state === "waiting" ? {} : trial.params,
      distributions: Object.fromEntries(
        Object.entries(trial.distributions).map(([key, each]) => [key, distribution(each)]),
      ),
      values: trial.values,
      intermediate: trial.intermediate.toSorted(([a], [b]) => a - b),
      user_attrs: trial.userAttrs,
      constraints: trial.constraints ?? [],
      fixed: trial.state === "waiting" ? trial.params : null,
    })),
  });
}

/** What describe.py printed. A pruned trial's value is its last report there; here it has none. */
export function readDescription(text) {
  const studies = fromPythonJson(text);
  return studies.map((study) =>
    comparable({
      ...study,
      trials: study.trials.map((trial) => ({ ...trial, values: trial.state === "PRUNED" ? null : trial.values })),
    }),
  );
}
