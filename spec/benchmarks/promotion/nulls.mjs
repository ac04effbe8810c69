/**
 * Pairs of models that are exactly as good as each other by a row loss (core/evaluator/row-losses.ts), and yet say other
 * things: `row(uniform)` is the truth of a row and what A and B say of it. Expected losses are equal by construction.
 */

const LABELS = { task: "binary", target: "y", classes: ["no", "yes"] };
const NUMBERS = { task: "regression", target: "y", classes: [] };

const chances = (positive) => [1 - positive, positive];
const bent = (z) => 1 / (1 + Math.exp(-z));

export const NULLS = {
  /** Each is wrong alone on 3 % of the rows. */
  error: {
    spec: LABELS,
    row(uniform) {
      const [truth, drawn] = [uniform() < 0.3 ? 1 : 0, uniform()];
      const says = (isWrong) => chances(isWrong ? 0.9 - 0.8 * truth : 0.1 + 0.8 * truth);
      const both = drawn > 0.9;
      return { truth, a: says(both || drawn < 0.03), b: says(both || (drawn > 0.03 && drawn < 0.06)) };
    },
  },
  /** The truth is rare, and one says as much too often as the other too seldom: 4δ(p − y) is far from symmetric. */
  probability: {
    spec: LABELS,
    row(uniform) {
      const [p, delta] = [0.06, 0.05];
      return { truth: uniform() < p ? 1 : 0, a: chances(p + delta), b: chances(p - delta) };
    },
  },
  /** The same signal with noise of each one's own. */
  pairs: {
    spec: LABELS,
    row(uniform) {
      const truth = uniform() < 0.2 ? 1 : 0;
      const says = () => chances(bent(2 * truth + 3 * (uniform() - uniform())));
      return { truth, a: says(), b: says() };
    },
  },
  /** One errs by half on each row, the other by 1 on each fourth. */
  squared: {
    spec: NUMBERS,
    row(uniform) {
      const truth = uniform();
      return { truth, a: [truth + 0.5], b: [truth + (uniform() < 0.25 ? 1 : 0)] };
    },
  },
};

/** So many rows as an exam. */
export function examOf(spec, rows, row) {
  const drawn = Array.from({ length: rows }, row);
  const said = (of) => ({ prediction: Float64Array.from(drawn.flatMap(of)) });
  const truth = Float64Array.from(drawn, (one) => one.truth);
  return { spec, truth, group: null, a: said(({ a }) => a), b: said(({ b }) => b) };
}
