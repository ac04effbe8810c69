import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const README = new URL("../../core/onnx-train/README.md", import.meta.url);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLE = /```ts\n(?<code>[\s\S]*?)```\n\n```text\n(?<output>[\s\S]*?)```/g;

describe("the README of onnx-train", () => {
  it("has examples that print what it says", async () => {
    const examples = [...(await readFile(README, "utf8")).matchAll(EXAMPLE)];
    expect(examples.length).toBe(5);
    const printed = examples.map(({ groups }) =>
      promisify(execFile)(process.execPath, ["--input-type=module", "--eval", groups?.code ?? ""], { cwd: ROOT }),
    );
    for (const [index, { stdout }] of (await Promise.all(printed)).entries())
      expect(stdout).toBe(examples[index]?.groups?.output);
  });
});
