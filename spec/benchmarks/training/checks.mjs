/** Whether models are valid: by our rules, by ONNX's own checker where Python has it, and to onnxruntime. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkModel, encodeModel, openSession } from "onnx-train";
import { answerOf, pythonWith } from "../peers/python.mjs";

async function loadFinding(bytes) {
  try {
    await (await openSession(bytes)).release();
    return null;
  } catch (error) {
    return error.message;
  }
}

function byPython(encoded) {
  const python = pythonWith("onnx");
  if (python === null) return null;
  const folder = mkdtempSync(join(tmpdir(), "models-"));
  try {
    const files = encoded.map((_, at) => join(folder, `${at}.onnx`));
    for (const [at, file] of files.entries()) writeFileSync(file, encoded[at]);
    return answerOf(python, "onnx_check.py", files);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lines of text on models by name: one on how many are valid to whom, then one for each fault. */
export async function validity(models) {
  const names = Object.keys(models);
  const faults = Object.entries(models).flatMap(([name, model]) =>
    checkModel(model).map(({ rule, message }) => `${name}: ${rule}: ${message}`),
  );
  const encoded = Object.values(models).map(encodeModel);
  for (const [at, bytes] of encoded.entries()) {
    const finding = await loadFinding(bytes);
    if (finding !== null) faults.push(`${names[at]}: onnxruntime: ${finding}`);
  }
  const python = byPython(encoded);
  for (const [at, finding] of (python?.findings ?? []).entries())
    if (finding !== null) faults.push(`${names[at]}: onnx.checker: ${finding}`);
  const checker = python === null ? "ONNX's checker is absent" : `ONNX ${python.version}'s full check`;
  return [
    `${names.length} models checked by our rules, onnxruntime and ${checker}: ${faults.length} faults`,
    ...faults,
  ];
}
