import { availableParallelism } from "node:os";

export default {
  testEnvironment: "<rootDir>/spec/support/environment.mjs",
  roots: ["<rootDir>/spec"],
  testMatch: ["**/*.spec.ts"],
  testPathIgnorePatterns: ["/fixtures/"],
  moduleFileExtensions: ["ts", "js", "mjs", "cjs", "json", "node"],
  extensionsToTreatAsEsm: [".ts"],
  setupFiles: ["reflect-metadata"],
  setupFilesAfterEnv: ["<rootDir>/spec/support/equality.ts"],
  moduleNameMapper: {
    "^sous$": "<rootDir>/core/plugin/index.ts",
    "^sous/testing$": "<rootDir>/core/testing/conformance.ts",
    "^hyperparameter-js$": "<rootDir>/core/hyperparameter-js/src/index.ts",
    "^hyperparameter-js/file$": "<rootDir>/core/hyperparameter-js/src/storage/file.ts",
    "^onnx-train$": "<rootDir>/core/onnx-train/src/index.ts",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  transform: { "^.+\\.ts$": "<rootDir>/spec/support/transform.mjs" },
  // Jest keeps one core free by itself; half of these tests wait for processes of their own.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  testTimeout: 120_000,
};
