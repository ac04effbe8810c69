import type { Evidence, Gate, Verdict } from "../../core/plugin/index.js";

const DEFAULT_MAX_ABS = 1e-5;

/**
 * The exported graph predicts what the trainer does: the same classes, and numbers as near as float32 allows. The
 * differences of a regression are relative already (Parity), as float32 carries 7 digits of any number.
 */
export const onnxParity: Gate = {
  name: "onnx_parity",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      max_abs: {
        type: "number",
        exclusiveMinimum: 0,
        default: DEFAULT_MAX_ABS,
        description: "Largest difference of a probability, or of a regression's value relative to its size.",
      },
    },
  },
  judge(evidence, { max_abs }) {
    return judgeParity(evidence, typeof max_abs === "number" ? max_abs : DEFAULT_MAX_ABS);
  },
};

function judgeParity({ parity, spec }: Evidence, limit: number): Verdict {
  const { rows, labelAgreement } = parity;
  const figures = {
    rows,
    max_abs: Number.isFinite(parity.maxAbs) ? parity.maxAbs : null,
    limit,
    label_agreement: labelAgreement,
  };
  if (rows === 0)
    return { outcome: "INCONCLUSIVE", reason: "The graph was compared with its trainer on no rows.", figures };
  // A difference that isn't a number is no small one.
  const near = parity.maxAbs <= limit;
  const outcome = near && labelAgreement === 1 ? "PASS" : "FAIL";
  const labels = spec.task === "regression" ? "" : ` and agrees on ${percent(labelAgreement)} of the classes`;
  return {
    outcome,
    reason: `The graph is within ${parity.maxAbs.toPrecision(2)} of its trainer on ${rows} rows${labels} (limit ${limit.toPrecision(2)}${labels && ", and 100 %"}).`,
    figures,
  };
}

/** Rounded down, so that 100 % is said only of all. */
function percent(share: number): string {
  return `${Math.floor(share * 1e4) / 100} %`;
}
