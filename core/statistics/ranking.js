/**
 * For two classes the area of the second one's probability; for more, the mean over the classes of each against the
 * rest. NaN where a class has no row. Ties count one half. Influences give DeLong's variance (DeLong, DeLong and
 * Clarke-Pearson, Biometrics 44, 1988) when summed by class; by midranks in O(n log n), after Sun and Xu, IEEE Signal
 * Processing Letters 21 (2014).
 */
export function areaUnderRoc({ spec, truth, prediction, weight }) {
  const classes = spec.classes.length;
  const judged = classes === 2 ? [1] : spec.classes.map((_, code) => code);
  const influence = new Float64Array(truth.length);
  let value = 0;
  for (const code of judged) {
    const column = Float64Array.from(truth, (_, row) => prediction[row * classes + code]);
    const area = oneAgainstRest(column, { truth, code, weight });
    value += area.value / judged.length;
    for (let row = 0; row < influence.length; row++)
      influence[row] = influence[row] + area.influence[row] / judged.length;
  }
  return { value, influence };
}
/**
 * The placement of a row is the weighted share of the other class on its right side: V10 and V01 of DeLong. The area is
 * the mean placement of either class, and the influence of a row its placement less the area, by its share of weight.
 */
function oneAgainstRest(score, side) {
  const influence = placements(score, side);
  const totals = [0, 0];
  let sum = 0;
  const weightOf = (row) => (side.weight === null ? 1 : side.weight[row]);
  const isPositive = (row) => side.truth[row] === side.code;
  for (let row = 0; row < score.length; row++) {
    totals[isPositive(row) ? 1 : 0] += weightOf(row);
    if (isPositive(row)) sum += weightOf(row) * influence[row];
  }
  const value = sum / (totals[0] * totals[1]);
  for (let row = 0; row < score.length; row++) {
    const own = totals[isPositive(row) ? 1 : 0];
    const other = totals[isPositive(row) ? 0 : 1];
    influence[row] = (weightOf(row) / own) * (influence[row] / other - value);
  }
  return { value, influence };
}
/** For each row the weight of the other class that it is ranked right against; half of it where they tie. */
function placements(score, { truth, code, weight }) {
  const order = Uint32Array.from(score, (_, row) => row).sort((a, b) => score[a] - score[b]);
  const placed = new Float64Array(score.length);
  const below = [0, 0];
  const total = weightByClass(order, { truth, code, weight });
  for (let from = 0, to = 1; from < order.length; from = to, to = from + 1) {
    while (to < order.length && score[order[to]] === score[order[from]]) to++;
    const block = order.subarray(from, to);
    const tied = weightByClass(block, { truth, code, weight });
    for (const row of block)
      placed[row] = truth[row] === code ? below[0] + tied[0] / 2 : total[1] - below[1] - tied[1] + tied[1] / 2;
    below[0] += tied[0];
    below[1] += tied[1];
  }
  return placed;
}
/** Weight of the rows that aren't of the class, and of those that are. */
function weightByClass(rows, { truth, code, weight }) {
  const sums = [0, 0];
  for (const row of rows) sums[truth[row] === code ? 1 : 0] += weight === null ? 1 : weight[row];
  return sums;
}
