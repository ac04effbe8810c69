/** What the benchmarks share: a home in a temporary folder, a real daemon in a process of its own, and readings of /proc. */
import { execFile, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const SOUS = resolve("dist/core/cli/sous.js");

/** Of a command that came to a decision which promotes nothing. */
const UNPROMOTED = 3;

const run = promisify(execFile);

/** What a command of `sous` prints, run in a folder. */
export async function ask(folder, ...words) {
  const { stdout } = await run(process.execPath, [SOUS, ...words], { cwd: folder, maxBuffer: 2 ** 28 });
  return stdout;
}

/** Runs a recipe of a folder to its decision, whatever that is. */
export async function runOnce(folder, recipe) {
  await ask(folder, "run", "--once", recipe).catch((error) => {
    if (error.code !== UNPROMOTED) throw error;
  });
}

export function machine() {
  const [cpu] = cpus();
  return `${availableParallelism()} × ${cpu?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

export async function makeHome() {
  const home = await mkdtemp(join(tmpdir(), "sous-bench-"));
  process.on("exit", () => rmSync(home, { recursive: true, force: true }));
  return home;
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export function startDaemon(home) {
  const child = spawn(process.execPath, [SOUS, "up", "--json"], { cwd: home, stdio: ["ignore", "pipe", "inherit"] });
  const events = [];
  let [rest, wake, over] = ["", () => {}, false];
  child.stdout.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("{")) events.push(JSON.parse(line));
    wake();
  });
  const ended = new Promise((done) =>
    child.on("close", (status) => {
      over = true;
      wake();
      done(status);
    }),
  );
  const event = async (is, from = 0) => {
    for (let next = from; ; ) {
      for (; next < events.length; next += 1) if (is(events[next])) return events[next];
      if (over) throw new Error("the daemon ended");
      await new Promise((done) => {
        wake = done;
      });
    }
  };
  const end = async () => {
    child.kill("SIGINT");
    return ended;
  };
  return { pid: child.pid, events, event, end };
}

/** Seconds of CPU and bytes of resident memory of a process and of its children, from proc(5). */
export function usage(pid) {
  const own = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = own.slice(own.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  const all = children.map(usage);
  return {
    cpu: ticks / 100 + all.reduce((sum, one) => sum + one.cpu, 0),
    memory: pages * 4096 + all.reduce((sum, one) => sum + one.memory, 0),
    processes: 1 + all.reduce((sum, one) => sum + one.processes, 0),
  };
}
