/** Child processes for fault tests. They run the built files, since Node 20 runs no TypeScript. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** @param path of a built file, as `core/artifacts/files.js` */
export function builtUrl(path: string): string {
  return pathToFileURL(join(import.meta.dirname, "../../dist", path)).href;
}

/**
 * Runs a module in a child, kills it with SIGKILL some milliseconds after it has printed so many lines, and gives back
 * all lines that it printed. Throws what the child wrote to its standard error when it ended by itself.
 */
export async function killAfter(script: string, lines: number, milliseconds = 0): Promise<string[]> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const printed: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (printed.push(line) === lines) void wait(milliseconds).then(() => child.kill("SIGKILL"));
  }
  const [, signal] = await exited;
  if (signal !== "SIGKILL") throw new Error(`the child ended by itself: ${complaint}`);
  return printed;
}

/** Runs modules in a child each; calls `work` with the first line of each once all have printed one, then kills them. */
export async function whileRunning(
  scripts: readonly string[],
  work: (lines: readonly string[]) => Promise<void>,
): Promise<void> {
  const children = scripts.map((script) =>
    spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  const exited = children.map((child) => once(child, "exit"));
  try {
    const chunks = await Promise.all(children.map((child) => once(child.stdout, "data")));
    await work(chunks.map(([chunk]) => String(chunk).trim()));
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(exited);
  }
}
