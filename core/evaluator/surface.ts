import { decodeMetadata, decodeModel, decodeOpsets } from "onnx-train";
import type { ColumnType, Task, TaskSpec } from "../plugin/index.js";

interface Taken {
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns that a model takes, as it says itself (docs/models.md, Metadata); of one that doesn't, by its inputs. */
export function surfaceOf(bytes: Uint8Array): readonly Taken[] {
  const columns = decodeMetadata(bytes)["sous.columns"];
  if (columns === undefined) return inputsOf(bytes);
  return Object.entries<ColumnType>(JSON.parse(columns)).map(([name, type]) => ({ name, type }));
}

/** What a model predicts, as its metadata say. */
export function specOf(bytes: Uint8Array): TaskSpec {
  const metadata = decodeMetadata(bytes);
  const { "sous.task": task, "sous.target": target = "", "sous.classes": classes = "[]" } = metadata;
  return { task: task as Task, target, classes: JSON.parse(classes) };
}

/** The versions of operators that a model asks a runtime for, by domain as ONNX names it in full. */
export function opsetsOf(bytes: Uint8Array): Record<string, number> {
  const opsets = Object.entries(decodeOpsets(bytes));
  return Object.fromEntries(opsets.map(([domain, version]) => [domain || "ai.onnx", version]));
}

function inputsOf(bytes: Uint8Array): readonly Taken[] {
  const { inputs } = decodeModel(bytes).graph;
  return inputs.map(({ name, type }) => ({ name, type: type?.element === "string" ? "categorical" : "numeric" }));
}
