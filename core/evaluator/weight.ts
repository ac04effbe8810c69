/** How much memory a model takes. To be asked in a process of its own (workers/weigh.ts): a peak can't be taken back. */
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { encodeModel, GraphBuilder, openSession, tensor } from "onnx-train";

/**
 * Bytes by which the peak of the process's resident set rises when the file is read, loaded and run once, with one row of
 * zeros and empty texts. What onnxruntime itself takes is there before: a model of one node has been run.
 */
export async function memoryOf(path: string): Promise<number> {
  await runOnce(smallest());
  await forgetPeak();
  const before = peakMemory();
  await runOnce(await readFile(path));
  return Math.max(0, peakMemory() - before);
}

function smallest(): Uint8Array {
  const graph = new GraphBuilder("smallest");
  const same = graph.op("Identity", [graph.input("x", "float", [1, 1])]);
  graph.output(same, "y", { element: "float", shape: [1, 1] });
  return encodeModel(graph.model());
}

async function runOnce(bytes: Uint8Array): Promise<void> {
  const session = await openSession(bytes);
  const feeds = session.inputs.map(({ name, element }) => {
    return [name, element === "string" ? tensor("string", [1, 1], [""]) : tensor("float", [1, 1], [0])] as const;
  });
  await session.run(Object.fromEntries(feeds));
  await session.release();
}

/**
 * The peak is that of now from here on (proc(5), clear_refs): a kernel that takes cold pages back would leave the start of the
 * process above all that a model adds. Where there is no such file the start counts.
 */
function forgetPeak(): Promise<void> {
  return writeFile("/proc/self/clear_refs", "5").catch(() => {});
}

/**
 * Bytes: the most that this process has held. By proc(5)'s VmHWM where there is one: getrusage(2)'s maxrss starts at the size of
 * the process that forked this one, so that beside a large daemon every model would weigh nothing.
 */
export function peakMemory(): number {
  const kib = /VmHWM:\s*(\d+)/.exec(statusOfProcess())?.[1];
  return 1024 * Number(kib ?? process.resourceUsage().maxRSS);
}

function statusOfProcess(): string {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}
