import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test("the example of onnx-train's README runs", async () => {
  const page = await readFile(`${ROOT}core/onnx-train/README.md`, "utf8");
  const example = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", example], {
    cwd: ROOT,
  });
  // sigmoids of 0.5 + 0.25 and −1 + 0.25
  expect(stdout).toMatch(/^\[ 2, 1 \] Float32Array\(2\) \[ 0\.679178\d*, 0\.320821\d* \]\n$/);
});
