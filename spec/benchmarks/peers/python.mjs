/** Python beside us, where there is one with the modules that a peer needs. */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const INTERPRETERS = ["python3", "/usr/bin/python3"];

/** One thread, whatever the library multiplies with. */
const ALONE = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/** The first interpreter that imports the module; null: the peer is absent. */
export function pythonWith(module) {
  const has = (python) => spawnSync(python, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0;
  return INTERPRETERS.find(has) ?? null;
}

/** What a script of this folder prints on one call, as JSON. */
export function answerOf(python, script, args) {
  const { status, stdout, stderr } = spawnSync(python, [pathOf(script), ...args], { encoding: "utf8", env: ALONE });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return JSON.parse(stdout);
}

/** A script that answers each line that it is sent by a line of JSON; `hello` is what it says first. */
export async function conversation(python, script, args) {
  const child = spawn(python, [pathOf(script), ...args], { env: ALONE, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${script} ended`);
    return JSON.parse(value);
  };
  const hello = await next();
  return {
    hello,
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return next();
    },
    end: () => child.stdin.end(),
  };
}

function pathOf(script) {
  return fileURLToPath(new URL(script, import.meta.url));
}
