/** The gates that ship with `sous`. */
import { definePlugin } from "../../core/plugin/index.js";
import { beatsBaseline } from "./beatsBaseline.js";
import { calibration } from "./calibration.js";
import { coverage } from "./coverage.js";
import { fairness } from "./fairness.js";
import { negativeFlips } from "./flips.js";
import { minEffect } from "./minEffect.js";
import { notWorse } from "./notWorse.js";
import { onnxParity } from "./onnxParity.js";
import { slices } from "./slices.js";

const GATES = [beatsBaseline, calibration, coverage, fairness, minEffect, negativeFlips, notWorse, onnxParity, slices];

export default definePlugin({
  name: "gates",
  version: "1.0.0",
  gates: GATES.map((gate) => ({ useFactory: () => gate })),
});
