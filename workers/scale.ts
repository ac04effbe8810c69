import { fork } from "node:child_process";
import { SousError } from "../core/errors.js";

/**
 * Bytes of memory that a model takes, measured in a fresh process.
 * @param path of the ONNX file
 * @throws SousError MODEL_RUN where that process ends without an answer
 */
export function weighed(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL("./weigh.js", import.meta.url), [path], { execArgv: [], stdio: "ignore" });
    child.once("message", (bytes) => resolve(Number(bytes)));
    child.once("error", reject);
    child.once("exit", (status) =>
      reject(new SousError("MODEL_RUN", { reason: `weighing it ended with status ${status}` })),
    );
  });
}
