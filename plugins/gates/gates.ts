/** The gates that ship with `sous`. */
import { definePlugin } from "../../core/plugin/index.js";
import { beatsBaseline } from "./beatsBaseline.js";
import { fairness } from "./fairness.js";
import { minEffect } from "./minEffect.js";
import { notWorse } from "./notWorse.js";
import { onnxParity } from "./onnxParity.js";
import { slices } from "./slices.js";

const GATES = [beatsBaseline, fairness, minEffect, notWorse, onnxParity, slices];

export default definePlugin({
  name: "gates",
  version: "1.0.0",
  gates: GATES.map((gate) => ({ useFactory: () => gate })),
});
