/**
 * Numbers that trees are given besides the columns themselves: what comes round again in dates, of which a cut through the
 * days can tell nothing; where a level stands on a scale; which words a text has; what two columns come to.
 */
import {
  type Column,
  type FeaturePlan,
  type FittedFeatures,
  fitFeatures,
  type Labelled,
  LearnerFailure,
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

export interface MakingOptions {
  readonly seed: number;
  /** Whether columns of numbers are combined. */
  readonly crosses: boolean;
  /** Columns that aren't: predictions rise or fall with them alone. */
  readonly apart: readonly string[];
}

/** No column of a file has such a name. */
const MARK = "\0";

export function fitMaking(spec: TaskSpec, train: Labelled, { seed, crosses, apart }: MakingOptions): Making {
  const made = featuresOf(planOf(train.table, crosses ? apart : null), { spec, train, seed });
  const places = new Map(made?.names.map((name, at) => [MARK + name, at]));
  return {
    made,
    widen: (table) => (made === null ? table : { ...table, columns: [...table.columns, ...columnsOf(made, table)] }),
    placeOf: (column) => places.get(column) ?? -1,
  };
}

/** Null where nothing can be made: of texts without a word that three of them have, say. */
function featuresOf(plan: FeaturePlan, training: { spec: TaskSpec; train: Labelled; seed: number }) {
  try {
    return plan.length === 0 ? null : fitFeatures(plan, training);
  } catch (error) {
    if (error instanceof LearnerFailure && error.label === "no_features") return null;
    throw error;
  }
}

/** Words and pairs of words of all text columns: trees ask for few of them, and each is a column to look at. */
const MOST_WORDS = 300;

/**
 * Columns that never vary are left out: a plan of which nothing is left can't be fitted.
 * @param apart columns that are not combined; null: none is
 */
function planOf({ columns }: Table, apart: readonly string[] | null): FeaturePlan {
  const named = (some: readonly Column[]) => some.filter(varies).map(({ name }) => name);
  const texts = named(columns.filter(({ type }) => type === "text"));
  const numbers = columns.filter(({ name, type }) => type === "numeric" && apart?.includes(name) === false);
  const steps: FeaturePlan = [
    { kind: "combinations", columns: named(numbers) },
    { kind: "dates", columns: named(columns.filter(({ type }) => type === "date")) },
    { kind: "scale", columns: named(columns.filter((one) => "codes" in one && one.ordered === true)) },
    { kind: "words", columns: texts, presence: true, limit: Math.ceil(MOST_WORDS / Math.max(1, texts.length)) },
  ];
  return steps.filter((step) => step.columns.length > 0);
}

function varies(column: Column): boolean {
  const cells = "values" in column ? column.values : column.codes;
  return cells.some((cell) => cell !== cells[0]);
}

function columnsOf(made: FittedFeatures, table: Table): readonly NumberColumn[] {
  const { width, names } = made;
  const numbers = made.encode(table);
  return names.map((name, at) => {
    const values = new Float32Array(table.rows);
    for (let row = 0; row < values.length; row++) values[row] = numbers[row * width + at] as number;
    return { name: MARK + name, type: "numeric", values };
  });
}
