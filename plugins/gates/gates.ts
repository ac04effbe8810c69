/** The gates that ship with `sous`. */
import { definePlugin } from "../../core/plugin/index.js";
import { artifact } from "./artifact.js";
import { beatsBaseline } from "./beatsBaseline.js";
import { calibration } from "./calibration.js";
import { coverage } from "./coverage.js";
import { dataChecks } from "./dataChecks.js";
import { drift } from "./drift.js";
import { fairness } from "./fairness.js";
import { negativeFlips } from "./flips.js";
import { latency } from "./latency.js";
import { minEffect } from "./minEffect.js";
import { notWorse } from "./notWorse.js";
import { onnxParity } from "./onnxParity.js";
import { size } from "./size.js";
import { slices } from "./slices.js";

const GATES = [
  artifact,
  beatsBaseline,
  calibration,
  coverage,
  dataChecks,
  drift,
  fairness,
  latency,
  minEffect,
  negativeFlips,
  notWorse,
  onnxParity,
  size,
  slices,
];

export default definePlugin({
  name: "gates",
  version: "1.0.0",
  gates: GATES.map((gate) => ({ useFactory: () => gate })),
});
