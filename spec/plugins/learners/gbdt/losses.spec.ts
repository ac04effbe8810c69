import type { Task, TaskSpec } from "../../../../core/plugin/index.js";
import { type Loss, linked, logistic, softmax, squared } from "../../../../plugins/learners/gbdt/losses.js";

const LOSSES: Readonly<Record<Task, Loss>> = { regression: squared, binary: logistic, multiclass: softmax };
const ROWS = 4;
const TRUTH: Readonly<Record<Task, readonly number[]>> = {
  regression: [0.3, -1, 2, 0],
  binary: [0, 1, 1, 0],
  multiclass: [0, 1, 2, 1],
};
const CLASSES: Readonly<Record<Task, readonly string[]>> = {
  regression: [],
  binary: ["no", "yes"],
  multiclass: ["a", "b", "c"],
};
const WEIGHT = Float64Array.of(1, 0.5, 2, 0.5);
const TASKS: readonly Task[] = ["regression", "binary", "multiclass"];

/** Of each row, written out from its definition. */
function lossOf(task: Task, prediction: Float64Array, row: number): number {
  const truth = TRUTH[task][row] as number;
  const share = WEIGHT[row] as number;
  if (task === "regression") return (share * ((prediction[row] as number) - truth) ** 2) / 2;
  return -share * Math.log(prediction[row * CLASSES[task].length + truth] as number);
}

function setUp(task: Task) {
  const spec: TaskSpec = { task, target: "y", classes: CLASSES[task] };
  const answers = { truth: Float64Array.from(TRUTH[task]), weight: WEIGHT, mean: 0, scale: 1 };
  return { spec, answers, loss: LOSSES[task], outputs: LOSSES[task].start(spec, answers).length };
}

describe.each(TASKS)("%s", (task) => {
  const { spec, answers, loss, outputs } = setUp(task);
  const scores = Float64Array.from({ length: outputs * ROWS }, (_, at) => Math.sin(3 * at) * 2);

  test("derivatives are those of finite differences; of the softmax the second one is K / (K − 1) times it", () => {
    const pairs = new Float32Array(2 * ROWS);
    const step = 1e-4;
    for (let output = 0; output < outputs; output++) {
      loss.differentiate(loss.prepare(scores, outputs), output, answers, pairs);
      for (let row = 0; row < ROWS; row++) {
        const at = (by: number) => {
          const moved = scores.slice();
          moved[output * ROWS + row] = (moved[output * ROWS + row] as number) + by;
          return lossOf(task, linked(loss.link, moved, outputs), row);
        };
        const factor = task === "multiclass" ? outputs / (outputs - 1) : 1;
        expect(pairs[2 * row]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 5);
        expect(pairs[2 * row + 1]).toBeCloseTo((factor * (at(step) - 2 * at(0) + at(-step))) / step ** 2, 4);
      }
    }
  });

  test("the scores to begin with have no better constant ones", () => {
    const start = task === "regression" ? Float64Array.of(0) : loss.start(spec, answers);
    const pairs = new Float32Array(2 * ROWS);
    const constant = Float64Array.from({ length: outputs * ROWS }, (_, at) => start[Math.floor(at / ROWS)] as number);
    const mean = TRUTH.regression.reduce((sum, value, row) => sum + value * (WEIGHT[row] as number), 0) / ROWS;
    const shifted = { ...answers, truth: answers.truth.map((value) => (task === "regression" ? value - mean : value)) };
    for (let output = 0; output < outputs; output++) {
      loss.differentiate(loss.prepare(constant, outputs), output, shifted, pairs);
      const slope = pairs.filter((_, at) => at % 2 === 0).reduce((sum, value) => sum + value, 0);
      expect(slope).toBeCloseTo(0, 6);
    }
  });
});
