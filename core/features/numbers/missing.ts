/** 1 where a cell is missing, else 0; of columns that have both in the training rows. */
import { type FittedPart, joined, numbersOf, rawColumn, type Training } from "../part.js";

export function fitMissing({ train }: Training, names: readonly string[]): FittedPart | null {
  const used = names.filter((name) => {
    const values = numbersOf(train.table, name);
    const first = Number.isNaN(values[0]);
    return values.some((value) => Number.isNaN(value) !== first);
  });
  if (used.length === 0) return null;
  return {
    columns: used.map((name) => rawColumn(train.table, name)),
    names: used.map((name) => `${name}:missing`),
    encode(table, { values, width, at }) {
      used.forEach((name, index) => {
        const cells = numbersOf(table, name);
        for (let row = 0, cell = at + index; row < table.rows; row++, cell += width) {
          values[cell] = Number.isNaN(cells[row]) ? 1 : 0;
        }
      });
    },
    emit: (graph, inputs) => graph.cast(graph.op("IsNaN", [joined(graph, inputs)]), "float"),
  };
}
