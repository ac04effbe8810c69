/** Measured tables as problems: every cell is known, and the value is the normalised regret. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../../shared/data/hpo-tables");

/** The mean over the repeats that are there, cell by cell; the repeats are innermost. */
function meansOf(values, repeats) {
  return Float64Array.from({ length: values.length / repeats }, (_, cell) => {
    const there = values.subarray(cell * repeats, (cell + 1) * repeats).filter((value) => !Number.isNaN(value));
    return there.reduce((sum, value) => sum + value, 0) / there.length;
  });
}

/** Strings are categorical; numbers are an ordinal's index, as in hpo.md §3.4. */
function axisOf({ type, choices }) {
  return type === "categorical" ? { type, choices } : { type: "int", low: 0, high: choices.length - 1 };
}

function paramsAt(axes, cell) {
  const params = {};
  for (const { name, type, choices } of axes.toReversed()) {
    const index = cell % choices.length;
    params[name] = type === "categorical" ? choices[index] : index;
    cell = Math.floor(cell / choices.length);
  }
  return params;
}

function cellOf(axes, params) {
  return axes.reduce((cell, { name, type, choices }) => {
    const index = type === "categorical" ? choices.indexOf(params[name]) : params[name];
    return cell * choices.length + index;
  }, 0);
}

function medianOf(values) {
  const sorted = values.toSorted();
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

function tableProblem(about, values) {
  const { name, axes, repeats, direction } = about;
  const means = meansOf(values, repeats);
  const best = direction === "maximize" ? means.indexOf(Math.max(...means)) : means.indexOf(Math.min(...means));
  const median = medianOf(means);
  return {
    name,
    space: Object.fromEntries(axes.map((axis) => [axis.name, axisOf(axis)])),
    value: (params) => Math.abs((means[cellOf(axes, params)] - means[best]) / (median - means[best])),
    minimum: 0,
    minimizer: paramsAt(axes, best),
    best: means[best],
    median,
    about,
  };
}

/** The tables as problems; null where the data is absent. */
export function readTables() {
  let files;
  try {
    files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
  } catch {
    return null;
  }
  return files.sort().map((file) => {
    const about = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
    const bytes = readFileSync(join(FOLDER, file.replace(/json$/, "f32")));
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return tableProblem(about, values);
  });
}
