import { meanSurprise, type Rows } from "../statistics/surprise.js";
import { calibrated, type Temperature } from "./calibration.js";

/** What is searched: from far too unsure to far too sure. */
const LEAST = 1 / 32;
const MOST = 32;
/** The golden section leaves 0.618^48 of the range, 1e-10 of it. */
const STEPS = 48;

/**
 * The temperature with the least log loss (Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks",
 * ICML 2017). The loss is convex in 1/temperature, so the golden section finds it.
 */
export function fitTemperature(rows: Rows): Temperature {
  const loss = (inverse: number) => {
    const calibration = { kind: "temperature", temperature: 1 / inverse } as const;
    return meanSurprise({ ...rows, prediction: calibrated(calibration, rows.spec, rows.prediction) });
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [1 / MOST, 1 / LEAST];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [atLeft, atRight] = [loss(left), loss(right)];
  for (let step = 0; step < STEPS; step++) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = loss(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = loss(right);
    }
  }
  return { kind: "temperature", temperature: 2 / (low + high) };
}
