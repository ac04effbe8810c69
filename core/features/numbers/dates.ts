/**
 * Parts of dates: what comes round again is looked up in a table, what is counted is standardised. A part is taken of those
 * columns in which it varies, so that days without an hour don't get one.
 */
import { type GraphBuilder, tensor, type Value } from "onnx-train";
import { type FittedPart, numbersOf, type Place, type RawColumn, rawColumn, type Training } from "../part.js";
import { medianOf, sortedFinite, varies } from "../statistics.js";
import { type Moment, momentNodes, momentOf } from "./calendar.js";
import { filledInputs } from "./numbers.js";
import { standard } from "./standard.js";

interface DateColumn {
  readonly column: RawColumn;
  /** The median, for missing cells. */
  readonly fill: number;
}

/** One part of some of the columns. */
interface Fitted {
  /** Behind the column's name; one for each number. */
  readonly suffixes: readonly string[];
  /** Places among the date columns. */
  readonly uses: readonly number[];
  /** The numbers of one cell. */
  apply(days: number, use: number): ArrayLike<number>;
  /** @returns float [N, uses · suffixes] */
  emit(graph: GraphBuilder, days: Value, moment: Moment<Value>): Value;
}

/** One row for each value of what comes round. */
interface Cycle {
  readonly part: keyof Moment<number>;
  readonly suffixes: readonly string[];
  readonly rows: readonly Float32Array[];
}

/** Weekdays have a number each: no sum of a sine and a cosine sets one of them apart. */
const WEEKDAYS = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];
const CYCLES: readonly Cycle[] = [
  { part: "month", suffixes: ["month_sin", "month_cos"], rows: circle(12) },
  {
    part: "weekday",
    suffixes: WEEKDAYS,
    rows: WEEKDAYS.map((_, day) => Float32Array.from(WEEKDAYS, (_, at) => (at === day ? 1 : 0))),
  },
  { part: "hour", suffixes: ["hour_sin", "hour_cos"], rows: circle(24) },
];

const counted = (part: "year" | "yearday" | "monthday") => ({
  of: (days: number) => momentOf(days)[part],
  emitted: (_: Value, moment: Moment<Value>) => moment[part],
});

const QUANTITIES = {
  year: counted("year"),
  yearday: counted("yearday"),
  monthday: counted("monthday"),
  days: { of: (days: number) => days, emitted: (days: Value) => days },
} as const;

function circle(steps: number): Float32Array[] {
  const angles = Array.from({ length: steps }, (_, step) => (2 * Math.PI * step) / steps);
  return angles.map((angle) => Float32Array.of(Math.sin(angle), Math.cos(angle)));
}

export function fitDates({ train }: Training, names: readonly string[]): FittedPart | null {
  const dates = names.flatMap((name): DateColumn[] => {
    const sorted = sortedFinite(numbersOf(train.table, name));
    return varies(sorted) ? [{ column: rawColumn(train.table, name), fill: medianOf(sorted) }] : [];
  });
  const days = dates.map(({ column, fill }) => filledCells(numbersOf(train.table, column.name), fill));
  const parts = [
    ...CYCLES.map((cycle) => fitCycle(cycle, days)),
    ...(["year", "yearday", "monthday", "days"] as const).map((name) => fitQuantity(name, days, train.weight)),
  ].filter(({ uses }) => uses.length > 0);
  return parts.length === 0 ? null : partOf(dates, parts);
}

function filledCells(cells: Float32Array, fill: number): Float32Array {
  return cells.map((value) => (Number.isNaN(value) ? fill : value));
}

function fitCycle({ part, suffixes, rows }: Cycle, days: readonly Float32Array[]): Fitted {
  const uses = days.flatMap((cells, place) => {
    const first = momentOf(cells[0] as number)[part];
    return cells.some((value) => momentOf(value)[part] !== first) ? [place] : [];
  });
  return {
    suffixes,
    uses,
    apply: (value) => rows[momentOf(value)[part]] as Float32Array,
    emit(graph, _, moment) {
      const cells = Float32Array.from(rows.flatMap((row) => [...row]));
      const table = graph.initializer(tensor("float", [rows.length, suffixes.length], cells), part);
      const found = graph.gather(table, picked(graph, moment[part], uses));
      return graph.reshape(found, [0, uses.length * suffixes.length]);
    },
  };
}

function fitQuantity(
  name: keyof typeof QUANTITIES,
  days: readonly Float32Array[],
  weight: Float64Array | null,
): Fitted {
  const { of, emitted } = QUANTITIES[name];
  const found = days.flatMap((cells, place) => {
    const values = cells.map(of);
    const sorted = sortedFinite(values);
    const fit = varies(sorted) ? standard.fit({ values, sorted, weight }) : null;
    return fit === null ? [] : [{ place, fit }];
  });
  const fits = found.map(({ fit }) => fit);
  const uses = found.map(({ place }) => place);
  return {
    suffixes: [name],
    uses,
    apply: (value, use) => [standard.apply(fits[use] as (typeof fits)[number], of(value))],
    emit: (graph, value, moment) =>
      standard.emit(graph, graph.cast(picked(graph, emitted(value, moment), uses), "float"), fits),
  };
}

function picked(graph: GraphBuilder, value: Value, uses: readonly number[]): Value {
  return graph.gather(value, graph.vector("int64", uses), 1);
}

function partOf(dates: readonly DateColumn[], parts: readonly Fitted[]): FittedPart {
  const nameOf = (place: number) => dates[place]?.column.name ?? "";
  return {
    columns: dates.map(({ column }) => column),
    names: parts.flatMap(({ uses, suffixes }) =>
      uses.flatMap((place) => suffixes.map((suffix) => `${nameOf(place)}:${suffix}`)),
    ),
    encode(table, place) {
      const days = dates.map(({ column, fill }) => filledCells(numbersOf(table, column.name), fill));
      let at = place.at;
      for (const part of parts) {
        part.uses.forEach((used, use) => {
          write(days[used] as Float32Array, (value) => part.apply(value, use), { ...place, at });
          at += part.suffixes.length;
        });
      }
    },
    emit(graph, inputs) {
      const fills = dates.map(({ fill }) => fill);
      const days = filledInputs(graph, inputs, fills);
      const moment = momentNodes(graph, days);
      return graph.concat(
        parts.map((part) => part.emit(graph, days, moment)),
        1,
      );
    },
  };
}

function write(days: Float32Array, numbers: (value: number) => ArrayLike<number>, { values, width, at }: Place): void {
  days.forEach((value, row) => {
    values.set(numbers(value), row * width + at);
  });
}
