/** Writes studies as the journal file of Optuna's JournalStorage. */
import { HyperparameterError, show } from "../errors.js";
import { checkDirections, checkNamed, checkText, checkTrials } from "../given.js";
import type { Distribution, FrozenTrial, ParamValue } from "../types.js";
import { ATTRIBUTE, DIRECTIONS, OPERATION, type OptunaStudy, STATES } from "./optuna.js";
import { internalOf, writeDistribution } from "./optunaDistributions.js";
import { PythonFloat, toPythonJson } from "./pythonJson.js";

/** Trials here have no dates, and Optuna wants one. */
const DATE = "1970-01-01T00:00:00.000000";

function line(operation: number, fields: object): string {
  return `${toPythonJson({ op_code: operation, worker_id: "hyperparameter-js", ...fields })}\n`;
}

/** A distribution of the one value, for a parameter that was recorded without or outside its own. */
function onlyValue(value: ParamValue): Distribution {
  if (typeof value !== "number") return { type: "categorical", choices: [value] };
  return { type: Number.isSafeInteger(value) ? "int" : "float", low: value, high: value };
}

function paramsOf({ params, distributions }: FrozenTrial) {
  const entries = Object.entries(params).map(([name, value]) => {
    const own = Object.hasOwn(distributions, name) ? distributions[name] : undefined;
    const internal = own && internalOf(own, value);
    if (own !== undefined && internal !== undefined) return { name, distribution: own, internal };
    const distribution = onlyValue(value);
    return { name, distribution, internal: internalOf(distribution, value) };
  });
  return {
    distributions: Object.fromEntries(entries.map(({ name, distribution }) => [name, writeDistribution(distribution)])),
    params: Object.fromEntries(entries.map(({ name, internal }) => [name, internal])),
  };
}

/** As Optuna has it, a pruned trial's value is what it reported last. */
function valuesOf({ state, values, intermediate }: FrozenTrial, count: number) {
  const last = intermediate.at(-1)?.[1];
  const pruned = state === "pruned" && count === 1 && last !== undefined && !Number.isNaN(last) ? [last] : null;
  const floats = (values ?? pruned)?.map((value) => new PythonFloat(value)) ?? null;
  return floats?.length === 1 ? { value: floats[0], values: null } : { value: null, values: floats };
}

function systemAttrs({ state, params, constraints, why }: FrozenTrial): Readonly<Record<string, unknown>> {
  return {
    ...(constraints && { [ATTRIBUTE.constraints]: constraints.map((value) => new PythonFloat(value)) }),
    ...(state === "waiting" && { [ATTRIBUTE.fixedParams]: params }),
    ...(why && { [ATTRIBUTE.why]: why }),
    ...(!STATES.includes(state) && { [ATTRIBUTE.state]: state }),
  };
}

function trialLine(trial: FrozenTrial, study: number, count: number): string {
  const { state, intermediate, userAttrs } = trial;
  const isOpen = state === "waiting" || state === "running";
  return line(OPERATION.createTrial, {
    study_id: study,
    state: STATES.includes(state) ? STATES.indexOf(state) : STATES.indexOf("failed"),
    datetime_start: state === "waiting" ? null : DATE,
    ...(!isOpen && { datetime_complete: DATE }),
    ...valuesOf(trial, count),
    ...(state === "waiting" ? { distributions: {}, params: {} } : paramsOf(trial)),
    user_attrs: userAttrs,
    system_attrs: systemAttrs(trial),
    intermediate_values: Object.fromEntries(intermediate.map(([step, value]) => [step, new PythonFloat(value)])),
  });
}

function checkStudy(study: OptunaStudy, at: number): void {
  checkNamed(`studies[${at}]`, study);
  const { name, directions, trials } = study;
  checkText(`studies[${at}].name`, name);
  checkDirections(`studies[${at}].directions`, directions);
  checkTrials(`studies[${at}].trials`, trials);
  const wrong = trials.findIndex(({ number }, at) => number !== at);
  if (wrong < 0) return;
  const where = `study ${name}`;
  const got = show(trials[wrong]?.number);
  throw new HyperparameterError({ code: "TRIAL_INVALID", where, expected: `trial ${wrong}`, got });
}

/**
 * The text of a file that Optuna 3.1 and later open: `JournalStorage(JournalFileStorage(path))`, later
 * `JournalFileBackend`. Choices become indices and stale trials failed ones; conditions between parameters, which Optuna
 * has no words for, are left out; dates are 1970's. Throws TRIAL_INVALID where trials are not numbered from 0 on.
 */
export function toOptunaJournal(...studies: readonly OptunaStudy[]): string {
  return studies
    .map((study, id) => {
      checkStudy(study, id);
      const { name, directions, trials, userAttrs = {} } = study;
      const codes = directions.map((direction) => DIRECTIONS.indexOf(direction));
      const attributes = Object.entries(userAttrs).map(([key, value]) =>
        line(OPERATION.setStudyUserAttr, { study_id: id, user_attr: { [key]: value } }),
      );
      const lines = trials.map((trial) => trialLine(trial, id, directions.length));
      return [line(OPERATION.createStudy, { study_name: name, directions: codes }), ...attributes, ...lines].join("");
    })
    .join("");
}
