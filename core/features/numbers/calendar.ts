/**
 * From days since 1970-01-01 to the calendar, in TypeScript and as nodes, in whole numbers that are the same on both sides.
 * Method: Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days: years begin in March, so that the
 * leap day is their last one.
 */
import type { GraphBuilder, Value } from "onnx-train";
import { clip, clipped } from "./numbers.js";

/** 0000-03-01 and 9999-12-31. Moments before and after count as these. */
const FIRST = -719_468;
const LAST = 2_932_896;
const ERA = 146_097;
/** January, counted from March. */
const JANUARY = 10;
/**
 * In days. Today's dates are float32 that are 1/512 apart, so 05:00 may lie 1.4 minutes early; and must not count as the
 * hour before.
 */
const LATER = 0.001;

/** What a moment has; of the graph, [N, c] each. */
export interface Moment<T> {
  /** Of the Gregorian calendar. */
  readonly year: T;
  /** 0 … 11 from March on. */
  readonly month: T;
  /** 0 … 6 from Thursday on, which 1970-01-01 was. */
  readonly weekday: T;
  /** 0 … 23 */
  readonly hour: T;
  /** 0 … 365 from the first of March on, so that a day has the same number in every year. */
  readonly yearday: T;
  /** 0 … 30 */
  readonly monthday: T;
}

export function momentOf(days: number): Moment<number> {
  const { floor, fround, min } = Math;
  const x = clip(days, FIRST, LAST);
  const day = floor(x) - FIRST;
  const era = floor(day / ERA);
  const ofEra = day - era * ERA;
  const leaps = floor(ofEra / 1_460) - floor(ofEra / 36_524) + floor(ofEra / (ERA - 1));
  const yearOfEra = floor((ofEra - leaps) / 365);
  const ofYear = ofEra - (365 * yearOfEra + floor(yearOfEra / 4) - floor(yearOfEra / 100));
  const month = floor((5 * ofYear + 2) / 153);
  const rest = fround(fround(x - floor(x)) + fround(LATER));
  return {
    year: yearOfEra + era * 400 + (month >= JANUARY ? 1 : 0),
    month,
    weekday: (day + 6) % 7,
    hour: min(floor(fround(rest * 24)), 23),
    yearday: ofYear,
    monthday: ofYear - floor((153 * month + 2) / 5),
  };
}

/** @param days float [N, c], none of them NaN @returns int64 [N, c] each */
export function momentNodes(graph: GraphBuilder, days: Value): Moment<Value> {
  const whole = (value: number) => graph.scalar("int64", value);
  const over = (value: Value, by: number) => graph.div(value, whole(by));
  const x = clipped(graph, days, FIRST, LAST);
  const floor = graph.op("Floor", [x]);
  const day = graph.sub(graph.cast(floor, "int64"), whole(FIRST));
  const era = over(day, ERA);
  const ofEra = graph.sub(day, graph.mul(era, whole(ERA)));
  const leaps = graph.add(graph.sub(over(ofEra, 1_460), over(ofEra, 36_524)), over(ofEra, ERA - 1));
  const yearOfEra = over(graph.sub(ofEra, leaps), 365);
  const before = graph.add(graph.mul(yearOfEra, whole(365)), graph.sub(over(yearOfEra, 4), over(yearOfEra, 100)));
  const ofYear = graph.sub(ofEra, before);
  const month = over(graph.add(graph.mul(ofYear, whole(5)), whole(2)), 153);
  const next = graph.cast(graph.op("GreaterOrEqual", [month, whole(JANUARY)]), "int64");
  const rest = graph.add(graph.sub(x, floor), graph.float(LATER));
  const hour = graph.op("Min", [graph.op("Floor", [graph.mul(rest, graph.float(24))]), graph.float(23)]);
  return {
    year: graph.add(graph.add(yearOfEra, graph.mul(era, whole(400))), next),
    month,
    weekday: graph.op("Mod", [graph.add(day, whole(6)), whole(7)]),
    hour: graph.cast(hour, "int64"),
    yearday: ofYear,
    monthday: graph.sub(ofYear, over(graph.add(graph.mul(month, whole(153)), whole(2)), 5)),
  };
}
