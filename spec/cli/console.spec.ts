import { bar, Console, type Output } from "../../core/cli/console.js";

/** An output that remembers what was written to it. */
function output(isTTY: boolean): { out: Output; text: () => string } {
  let text = "";
  const write = (part: string) => {
    text += part;
  };
  return { out: { isTTY, columns: 80, write, on: () => {} }, text: () => text };
}

const progress = { label: "churn", done: 5, total: 20, note: "best 0.8" };

describe("Console", () => {
  it("writes plain lines and no progress where the output is no terminal", () => {
    const { out, text } = output(false);
    const console = new Console(out, out);
    console.progress("churn", progress);
    console.line("one");
    expect(text()).toBe("one\n");
  });

  it("keeps the progress line below the lines on a terminal, and takes it away at the end", () => {
    const { out, text } = output(true);
    const console = new Console(out, out);
    console.progress("churn", progress);
    console.line("one");
    const shown = text();
    expect(shown).toContain("one\n");
    expect(shown.endsWith(bar(progress))).toBe(true);
    console.progress("churn", null);
    expect(text().endsWith("\r\u001b[2K")).toBe(true);
  });
});

describe("bar", () => {
  it("is as full as the work is done", () => {
    expect(bar(progress)).toBe(`churn ${"█".repeat(6)}${"─".repeat(18)} 5/20 best 0.8`);
    expect(bar({ ...progress, done: 30 })).toContain(`${"█".repeat(24)} 30/20`);
    expect(bar({ ...progress, total: 0, done: 0 })).toContain("0/0");
  });
});
