/** A model is run before it serves again: on rows that every model takes, whatever its columns are. */
import { sha256 } from "../artifacts/digest.js";
import type { Inference } from "../ledger/entry.js";
import type { Column, Table } from "../plugin/index.js";
import { openModel } from "./scoring.js";
import { specOf, surfaceOf } from "./surface.js";

/** Of each column; a row has the same place of all of them. */
const NUMBERS = [Number.NaN, 0, 1, -1e6];
const LEVELS = ["", "a"];
const CODES = [-1, -1, 1, 1];

/**
 * What the model says of the rows.
 * @throws SousError MODEL_UNLOADABLE, MODEL_CONTRACT, MODEL_RUN, MODEL_PREDICTION
 */
export async function tried(bytes: Uint8Array): Promise<Inference> {
  const columns = surfaceOf(bytes).map(({ name, type }): Column => {
    const isNumbers = type === "numeric" || type === "boolean" || type === "date";
    if (isNumbers) return { name, type, values: Float32Array.from(NUMBERS) };
    return { name, type, codes: Int32Array.from(CODES), levels: LEVELS };
  });
  const table: Table = { rows: NUMBERS.length, columns };
  const model = await openModel(bytes, specOf(bytes));
  const said = await model.predict(table).finally(() => model.release());
  return { rows: table.rows, sha256: sha256(new Uint8Array(Float32Array.from(said).buffer)) };
}
