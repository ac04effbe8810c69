import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { decodeModel, GraphBuilder, tensor } from "onnx-train";
import { finishModel, rawInputs, type TaskSpec } from "../../core/plugin/index.js";
import linear from "../../plugins/learners/linear/linear.js";
import { fitLearner } from "../support/fitting.js";
import { example } from "../support/tables.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BINARY: TaskSpec = { task: "binary", target: "left", classes: ["no", "yes"] };

function finished(
  spec: TaskSpec,
  columns: readonly { name: string; type: "numeric" | "date" | "categorical" | "text" }[],
) {
  const graph = new GraphBuilder("test");
  rawInputs(graph, columns);
  const width = Math.max(1, spec.classes.length);
  const prediction = graph.initializer(tensor("float", [1, width], new Float32Array(width)));
  return decodeModel(finishModel(graph, { learner: "mine", spec, columns, prediction }));
}

describe("the surface of a model", () => {
  test("inputs are the raw columns, [N, 1], numbers as float and all else as string", () => {
    const { graph } = finished(BINARY, [
      { name: "age", type: "numeric" },
      { name: "since", type: "date" },
      { name: "town", type: "categorical" },
      { name: "note", type: "text" },
    ]);
    const shape = ["N", 1];
    expect(graph.inputs.map(({ name, type }) => ({ name, ...type }))).toEqual([
      { name: "age", element: "float", shape },
      { name: "since", element: "float", shape },
      { name: "town", element: "string", shape },
      { name: "note", element: "string", shape },
    ]);
  });

  test("outputs are label and probabilities, or the prediction", () => {
    const typed = (spec: TaskSpec) => finished(spec, []).graph.outputs.map(({ name, type }) => ({ name, ...type }));
    expect(typed(BINARY)).toEqual([
      { name: "label", element: "string", shape: ["N"] },
      { name: "probabilities", element: "float", shape: ["N", 2] },
    ]);
    expect(typed({ task: "regression", target: "y", classes: [] })).toEqual([
      { name: "prediction", element: "float", shape: ["N", 1] },
    ]);
  });

  test("an output gives way to a column of its name", () => {
    const names = ["label", "label_", "probabilities"].map((name) => ({ name, type: "numeric" as const }));
    expect(finished(BINARY, names).graph.outputs.map((output) => output.name)).toEqual(["label__", "probabilities_"]);
  });

  test("metadata say what the model is for, and versions are those that onnxruntime 1.14 loads", () => {
    const { metadata, irVersion, opsets } = finished(BINARY, [{ name: "town", type: "categorical" }]);
    expect(metadata).toEqual({
      "sous.task": "binary",
      "sous.target": "left",
      "sous.classes": '["no","yes"]',
      "sous.columns": '{"town":"categorical"}',
      "sous.learner": "mine",
    });
    expect([irVersion, opsets]).toEqual([8, { "": 17, "ai.onnx.ml": 3 }]);
  });

  test("the Node snippet of docs/models.md runs on a model of the churn example", async () => {
    const page = await readFile(join(ROOT, "docs/models.md"), "utf8");
    const snippet = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const { spec, all } = example("churn.csv", "churn");
    const { model } = await fitLearner(linear, { spec, train: all, params: { penalty: "l2", l2: 0.01 } });
    const folder = await mkdtemp(join(tmpdir(), "sous-models-"));
    try {
      const path = join(folder, "champion.onnx");
      await writeFile(path, model);
      const run = ["--input-type=module", "--eval", snippet, path];
      const { stdout } = await promisify(execFile)(process.execPath, run, { cwd: ROOT });
      expect(stdout).toMatch(/^\[ 'no', 'yes' \] \[ 2, 2 \] Float32Array\(4\) \[/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
