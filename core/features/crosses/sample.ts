/** The training rows that crosses are screened on, evenly spread: more of them change hardly what is found. */
import { type Answers, answersOf } from "../answers.js";
import type { Training } from "../part.js";
import { evenly } from "../statistics.js";

const MOST_ROWS = 5_000;

export interface Sample {
  readonly answers: Pick<Answers, "values" | "each">;
  /** Cells of the table's rows to those of the sample's. */
  of(cells: Float32Array): Float32Array;
}

export function sampleOf(training: Training): Sample {
  const rows = evenly(training.train.table.rows, MOST_ROWS);
  return {
    answers: answersAt(answersOf(training), rows),
    of: (cells) => Float32Array.from(rows, (row) => cells[row] as number),
  };
}

function answersAt({ values, each }: Answers, rows: Uint32Array): Sample["answers"] {
  const cell = (at: number) => (rows[Math.floor(at / each)] as number) * each + (at % each);
  return { values: Float64Array.from({ length: rows.length * each }, (_, at) => values[cell(at)] as number), each };
}
