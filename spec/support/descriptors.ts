/** What loaded plugins provide, as a literal: for tests of parts that are told of plugins and don't load them. */
import type { Descriptors } from "../../core/evaluator/messages.js";

const PLUGIN = "spec";

export const DESCRIPTORS: Descriptors = {
  plugins: [{ name: PLUGIN, version: "1.0.0", digest: "0".repeat(64), builtin: true }],
  broken: [],
  learners: [
    {
      name: "dummy",
      tasks: ["binary", "multiclass", "regression"],
      baseline: true,
      spaces: { binary: {}, multiclass: {}, regression: {} },
      plugin: PLUGIN,
    },
    {
      name: "linear",
      tasks: ["binary", "multiclass", "regression"],
      baseline: false,
      spaces: {
        binary: {
          penalty: { type: "categorical", choices: ["l1", "l2"] },
          strength: { type: "float", low: 1e-4, high: 100, log: true },
          rounds: { type: "int", low: 10, high: 500 },
          sweep: { type: "categorical", choices: ["cyclic", "random"], when: { penalty: "l1" } },
        },
        regression: { strength: { type: "float", low: 1e-4, high: 100, log: true } },
      },
      plugin: PLUGIN,
    },
    {
      name: "neighbours",
      tasks: ["regression"],
      baseline: false,
      spaces: { regression: { count: { type: "int", low: 1, high: 50, log: true } } },
      plugin: PLUGIN,
    },
  ],
  metrics: [
    { name: "roc_auc", direction: "maximize", tasks: ["binary", "multiclass"], plugin: PLUGIN },
    { name: "log_loss", direction: "minimize", tasks: ["binary", "multiclass"], plugin: PLUGIN },
    { name: "accuracy", direction: "maximize", tasks: ["binary", "multiclass"], plugin: PLUGIN },
    { name: "brier", direction: "minimize", tasks: ["binary"], plugin: PLUGIN },
    { name: "rmse", direction: "minimize", tasks: ["regression"], plugin: PLUGIN },
    { name: "mae", direction: "minimize", tasks: ["regression"], plugin: PLUGIN },
    { name: "r2", direction: "maximize", tasks: ["regression"], plugin: PLUGIN },
  ],
  gates: [
    { name: "beats_baseline", options: { type: "object", properties: {} }, plugin: PLUGIN },
    {
      name: "min_effect",
      options: {
        type: "object",
        properties: {
          metric: { type: "string", description: "Judged metric. Default: the recipe's." },
          margin: { type: "number", minimum: 0, default: 0 },
        },
      },
      plugin: PLUGIN,
    },
    {
      name: "onnx_parity",
      options: { type: "object", properties: { max_abs: { type: "number", exclusiveMinimum: 0 } } },
      plugin: PLUGIN,
    },
    {
      name: "slices",
      options: {
        type: "object",
        properties: {
          by: { type: "array", items: { type: "string" }, minItems: 1 },
          mode: { type: "string", enum: ["veto", "safety"] },
        },
        required: ["by"],
      },
      plugin: PLUGIN,
    },
  ],
  samplers: [
    { name: "auto", options: { type: "object", properties: {} }, plugin: PLUGIN },
    { name: "random", options: { type: "object", properties: {} }, plugin: PLUGIN },
    {
      name: "tpe",
      options: { type: "object", properties: { candidates: { type: "integer", minimum: 1, maximum: 10_000 } } },
      plugin: PLUGIN,
    },
    { name: "gp", options: { type: "object", properties: {} }, plugin: PLUGIN },
  ],
  sources: [
    {
      name: "csv",
      extensions: [".csv", ".csv.gz"],
      options: { type: "object", properties: { delimiter: { type: "string", minLength: 1, maxLength: 1 } } },
      plugin: PLUGIN,
    },
    { name: "parquet", extensions: [".parquet"], options: { type: "object", properties: {} }, plugin: PLUGIN },
  ],
  defaults: {
    sampler: "auto",
    gates: ["beats_baseline", "min_effect", "onnx_parity"],
    metrics: { binary: "roc_auc", multiclass: "log_loss", regression: "rmse" },
    portfolio: { binary: [], multiclass: [], regression: [] },
  },
};
