/** A row of the benchmark: figures measured, beside those to beat and those to reach. */
import { short } from "../measure/text.mjs";

const joined = (figures) => (figures === null ? "-" : figures.map(short).join(" / "));

function verdict({ got, reach }) {
  if (got === null) return "absent";
  if (reach === null) return "";
  return got.every((figure, at) => figure <= reach[at]) ? "yes" : "no";
}

/** `got`, `beat` and `reach`: lists of figures of the same length, or null where there are none. Less is better. */
export function cells(row) {
  return [row.what, joined(row.got), joined(row.beat), joined(row.reach), verdict(row)];
}

export const HEAD = ["", "measured", "to beat", "to reach", "reached"];
