import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const README = new URL("../../core/hyperparameter-js/README.md", import.meta.url);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLE = /```js\n(?<code>[\s\S]*?)```\n\n```text\n(?<output>[\s\S]*?)```/g;

describe("the README", () => {
  it("has examples that print what it says", async () => {
    const examples = [...(await readFile(README, "utf8")).matchAll(EXAMPLE)];
    expect(examples.length).toBe(7);
    for (const { groups } of examples) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--input-type=module", "--eval", groups?.code ?? ""],
        { cwd: ROOT },
      );
      expect(stdout).toBe(groups?.output);
    }
  });
});
