/** The gates that ship with `sous`. */
import { definePlugin } from "../../core/plugin/index.js";
import { beatsBaseline } from "./beatsBaseline.js";
import { minEffect } from "./minEffect.js";
import { onnxParity } from "./onnxParity.js";

export default definePlugin({
  name: "gates",
  version: "1.0.0",
  gates: [beatsBaseline, minEffect, onnxParity].map((gate) => ({ useFactory: () => gate })),
});
