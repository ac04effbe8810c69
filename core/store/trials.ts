import type { FrozenTrial, Storage } from "hyperparameter-js";
import type { Kysely } from "kysely";
import { deepFreeze } from "../json.js";
import { decode, encode } from "./encoding.js";
import type { Tables, TrialRow } from "./tables.js";

/** The trials of one study; each `put` that has resolved survives a kill and a power cut. Throws STORE_STUDY_UNKNOWN. */
export function trialStorage(tables: Kysely<Tables>, study: string): Storage {
  return {
    load: async () => {
      const query = tables.selectFrom("trial").selectAll().where("study", "=", study);
      return (await query.orderBy("number").execute()).map(trialOf);
    },
    put: async (trial) => {
      const { study: _study, number: _number, ...changing } = rowOf(study, trial);
      await tables
        .insertInto("trial")
        .values(rowOf(study, trial))
        .onConflict((conflict) => conflict.columns(["study", "number"]).doUpdateSet(changing))
        .execute();
    },
  };
}

function rowOf(study: string, trial: FrozenTrial): TrialRow {
  return {
    study,
    number: trial.number,
    state: trial.state,
    params: encode(trial.params),
    distributions: encode(trial.distributions),
    values: encode(trial.values),
    intermediate: encode(trial.intermediate),
    user_attrs: encode(trial.userAttrs),
    why: encode(trial.why),
    constraints: trial.constraints === undefined ? null : encode(trial.constraints),
    asked: trial.asked === undefined ? null : encode(trial.asked),
  };
}

function trialOf(row: TrialRow): FrozenTrial {
  return deepFreeze({
    number: row.number,
    state: row.state,
    params: decode(row.params) as FrozenTrial["params"],
    distributions: decode(row.distributions) as FrozenTrial["distributions"],
    values: decode(row.values) as FrozenTrial["values"],
    intermediate: decode(row.intermediate) as FrozenTrial["intermediate"],
    userAttrs: decode(row.user_attrs) as FrozenTrial["userAttrs"],
    why: decode(row.why) as FrozenTrial["why"],
    ...(row.constraints !== null && { constraints: decode(row.constraints) as readonly number[] }),
    ...(row.asked !== null && { asked: decode(row.asked) as NonNullable<FrozenTrial["asked"]> }),
  });
}
