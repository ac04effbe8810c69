/** A table that has something for trees to find: 28 normal columns, of which seven decide, by products, waves and chance. */
import { normals } from "../random.mjs";

/** Column by column. */
export function tableOf(rows, width) {
  const normal = normals("trees", rows, width);
  const values = Array.from({ length: width }, () => Float32Array.from({ length: rows }, normal));
  const [a, b, c, d, e, f, g] = values;
  const truth = Uint8Array.from({ length: rows }, (_, row) => {
    const products = a[row] * b[row] + 0.3 * f[row] * g[row];
    const alone = Math.sin(2 * c[row]) + 0.5 * d[row] - 0.5 * Math.abs(e[row]);
    return products + alone + 0.7 * normal() > 0 ? 1 : 0;
  });
  return { values, truth };
}

/** Rows `from` … `to` as a learner is given them. */
export function labelled({ values, truth }, from, to) {
  const columns = values.map((all, at) => ({ name: `c${at}`, type: "numeric", values: all.subarray(from, to) }));
  return {
    table: { rows: to - from, columns },
    truth: Float64Array.from(truth.subarray(from, to)),
    weight: null,
    group: null,
  };
}

/** Area under the ROC curve; ties count half. */
export function areaUnderRoc(scores, truth) {
  const order = Array.from(scores.keys()).sort((i, j) => scores[i] - scores[j]);
  let [ranks, positive] = [0, 0];
  for (let begin = 0, end = 0; begin < order.length; begin = end) {
    while (end < order.length && scores[order[end]] === scores[order[begin]]) end++;
    for (const row of order.slice(begin, end)) {
      if (truth[row] === 1) {
        ranks += (begin + 1 + end) / 2;
        positive++;
      }
    }
  }
  return (ranks - (positive * (positive + 1)) / 2) / (positive * (order.length - positive));
}
