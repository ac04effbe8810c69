import { sha256 } from "../../core/artifacts/digest.js";
import { sideSummary } from "../../core/data/keep.js";
import { arrivalsOf, decodeKnownRows, encodeKnownRows, type RowIds } from "../../core/data/row-ids.js";
import { loadRowIds } from "../../core/data/side.js";
import { SousError } from "../../core/errors.js";
import type { ArrivalsJob, ArrivalsOutcome } from "../../core/evaluator/messages.js";
import { type Desk, sideOf, summaryOf } from "../desk.js";

/** The confirm rows that are new, as far as that can be told. */
export async function arrivals(job: ArrivalsJob, desk: Desk): Promise<ArrivalsOutcome> {
  const found = await freshRows(job, desk);
  if (found.rows === null) return found;
  const { ids, rows } = found;
  const { truth } = sideOf(desk, "confirm");
  const side = sideSummary(
    Float64Array.from(rows, (row) => truth[row] as number),
    summaryOf(desk).spec,
  );
  const own = Float64Array.from(rows, (row) => ids.sides.confirm[row] as number).sort();
  return { unsure: null, side, digest: sha256(encodeKnownRows({ columns: ids.columns, isKey: ids.isKey, ids: own })) };
}

type Found = { readonly rows: Int32Array; readonly ids: RowIds } | { readonly rows: null; readonly unsure: string };

/** Numbers of the confirm rows that the blob of known rows lacks. */
export async function freshRows(
  { snapshot, known }: Pick<ArrivalsJob, "snapshot" | "known">,
  { artifacts }: Desk,
): Promise<Found> {
  const [ids, bytes] = await Promise.all([loadRowIds(artifacts.snapshotFolder(snapshot)), artifacts.find(known)]);
  if (ids === null) return { rows: null, unsure: "The snapshot is of an earlier sous, which kept no ids of its rows." };
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest: known });
  const { rows, unsure } = arrivalsOf(ids, decodeKnownRows(bytes));
  return rows === null ? { rows, unsure } : { rows: rows.confirm, ids };
}
