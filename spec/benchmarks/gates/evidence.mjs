/** Evidence of models without a file: their answers are all that a gate is shown. */
const SIDE = { table: { rows: 0, columns: [] }, truth: new Float64Array(0), weight: null, group: null };
const CLASSES = { task: "binary", target: "y", classes: ["no", "yes"] };

/** Answers of classes from the probability of the second. */
export function twoClasses(positive) {
  const both = new Float64Array(2 * positive.length);
  for (let row = 0; row < positive.length; row++) {
    both[2 * row] = 1 - positive[row];
    both[2 * row + 1] = positive[row];
  }
  return both;
}

export function contenderOf(prediction) {
  const absent = () => Promise.reject(new Error("no file"));
  return { digest: "c".repeat(64), bytes: 1, file: new Uint8Array(1), open: absent, weigh: absent, prediction };
}

/** What is left out is as in two classes, without weights, groups, columns or other sides. */
export function evidenceOf({ metric, truth, candidate, champion, alpha, ...more }) {
  return {
    spec: CLASSES,
    metric,
    metrics: new Map([[metric.name, metric]]),
    truth,
    weight: null,
    group: null,
    serial: false,
    table: { rows: truth.length, columns: [] },
    train: SIDE,
    select: SIDE,
    leaks: [],
    context: [],
    candidate,
    champion,
    baseline: champion,
    parity: { rows: 1000, maxAbs: 0, labelAgreement: 1 },
    alpha,
    seed: 1,
    ...more,
  };
}
