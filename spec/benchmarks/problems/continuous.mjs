/** Problems from formulas: plain, shifted, rotated and noisy. */
import { normals, rotation, times, uniforms } from "../random.mjs";

const names = (d) => Array.from({ length: d }, (_, at) => `x${at + 1}`);

/** A problem over floats x1 … xd. */
export function continuous(name, formula) {
  const axes = names(formula.box.length);
  const floats = formula.box.map(([low, high], at) => [axes[at], { type: "float", low, high }]);
  return {
    name,
    space: Object.fromEntries(floats),
    value: (params) => formula.at(axes.map((axis) => params[axis])),
    minimum: formula.minimum,
    minimizer: Object.fromEntries(axes.map((axis, at) => [axis, formula.minimizer[at]])),
  };
}

/** The formula with its minimiser moved to a random place in the middle six tenths of the box, and turned about it. */
export function moved(formula, { key, rotated = false }) {
  const d = formula.box.length;
  const uniform = uniforms("moved", key);
  const minimizer = formula.box.map(([low, high]) => low + (high - low) * (0.2 + 0.6 * uniform()));
  const rows = rotated ? rotation(d, key) : null;
  const turn = (x) => (rows === null ? x : times(rows, x));
  const at = (x) => formula.at(turn(x.map((v, j) => v - minimizer[j])).map((v, j) => v + formula.minimizer[j]));
  return { ...formula, minimizer, at };
}

/** Normal noise on what a trial measures; `truth` is what it is judged by. The noise is a function of point and draw. */
export function noisy(problem, deviation) {
  const value = (params, draw = 0) => problem.value(params) + deviation * normals(problem.name, params, draw)();
  return { ...problem, name: `noisy-${problem.name}`, value, truth: problem.value };
}
