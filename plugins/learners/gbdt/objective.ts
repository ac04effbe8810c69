/** What a recipe may ask trees to minimise, by name. */
import { LearnerFailure, type Task } from "../../../core/plugin/index.js";
import { huber, type Loss, logistic, poisson, quantile, shares, softmax, squared } from "./losses.js";
import type { Settings } from "./settings.js";

interface Objective {
  readonly loss: Loss;
  /** Whether the target may be standardised first. */
  readonly standardised: boolean;
}

/** Of a regression; some have a number behind a colon: "quantile:0.9". */
const OBJECTIVES: Readonly<Record<string, (given: number | null) => Objective>> = {
  squared: () => ({ loss: squared, standardised: true }),
  absolute: () => ({ loss: quantile(0.5), standardised: true }),
  huber: (delta) => ({ loss: huber(delta ?? 1), standardised: true }),
  quantile: (level) => ({ loss: quantile(level ?? 0.5), standardised: true }),
  poisson: () => ({ loss: poisson, standardised: false }),
};

type Asked = Pick<Settings, "objective" | "averaged">;

const CLASSES = { binary: { loss: logistic, standardised: true }, multiclass: { loss: softmax, standardised: true } };

/** Bounds of the number, both excluded. */
const BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  huber: [0, Number.POSITIVE_INFINITY],
  quantile: [0, 1],
};

/**
 * Of classes, `objective` is not looked at.
 * @throws LearnerFailure bad_parameter
 */
export function objectiveOf(task: Task, { objective: text, averaged }: Asked): Objective {
  if (task !== "regression") return averaged ? { loss: shares, standardised: true } : CLASSES[task];
  const [name = "", number] = text.split(":");
  const given = number === undefined ? null : Number(number);
  const [low, high] = (Object.hasOwn(BOUNDS, name) && BOUNDS[name]) || [Number.NaN, Number.NaN];
  const make = Object.hasOwn(OBJECTIVES, name) ? OBJECTIVES[name] : undefined;
  if (make !== undefined && (given === null || (given > low && given < high))) return make(given);
  const known = Object.keys(OBJECTIVES).map((one) => (one in BOUNDS ? `${one} (as ${one}:0.9)` : one));
  throw new LearnerFailure("bad_parameter", `objective ${JSON.stringify(text)} is none of ${known.join(", ")}`);
}
