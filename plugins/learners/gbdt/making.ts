/**
 * Numbers that trees are given besides the columns themselves: what comes round again in dates, of which a cut through the
 * days can tell nothing.
 */
import {
  type FeaturePlan,
  type FittedFeatures,
  fitFeatures,
  type Labelled,
  type NumberColumn,
  type Table,
  type TaskSpec,
} from "../../../core/plugin/index.js";

export interface Making {
  /** What a table has to hold for the trees: its own columns, and those that are made of them. */
  widen(table: Table): Table;
  /** How they are made; null where nothing is. */
  readonly made: FittedFeatures | null;
  /** Of a column of the wide table, which of the made numbers it is; −1 for a column of the table itself. */
  placeOf(column: string): number;
}

/** No column of a file has such a name. */
const MARK = "\0";

export function fitMaking(spec: TaskSpec, train: Labelled, seed: number): Making {
  const plan = planOf(train.table);
  const made = plan.length === 0 ? null : fitFeatures(plan, { spec, train, seed });
  const places = new Map(made?.names.map((name, at) => [MARK + name, at]));
  return {
    made,
    widen: (table) => (made === null ? table : { ...table, columns: [...table.columns, ...columnsOf(made, table)] }),
    placeOf: (column) => places.get(column) ?? -1,
  };
}

/** Dates that never vary have no parts. */
function planOf({ columns }: Table): FeaturePlan {
  const dates = columns.filter((column) => column.type === "date" && new Set(column.values).size > 1);
  return dates.length === 0 ? [] : [{ kind: "dates", columns: dates.map(({ name }) => name) }];
}

function columnsOf(made: FittedFeatures, table: Table): readonly NumberColumn[] {
  const { width, names } = made;
  const numbers = made.encode(table);
  return names.map((name, at) => ({
    name: MARK + name,
    type: "numeric",
    values: Float32Array.from({ length: table.rows }, (_, row) => numbers[row * width + at] as number),
  }));
}
