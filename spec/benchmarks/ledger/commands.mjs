/** What a command takes from its start to its end, and how much of that Node takes to be there. */
import { spawnSync } from "node:child_process";

export const SOUS = new URL("../../../dist/core/cli/sous.js", import.meta.url).pathname;
const ROUNDS = 11;

/**
 * Milliseconds, run in turns: the median of the `whole` command; `own`, which is less the median of a Node that does nothing;
 * and `least`, the same of the shortest runs, in which other work on the machine shows least. @param argsOf of each round, from 0
 * @param expected exit status
 */
export function commandTime(argsOf, cwd, expected = 0) {
  const [whole, node] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    node.push(wall(["-e", "0"], cwd, 0));
    whole.push(wall([SOUS, ...argsOf(round)], cwd, expected));
  }
  return { whole: median(whole), own: median(whole) - median(node), least: Math.min(...whole) - Math.min(...node) };
}

function wall(args, cwd, expected) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd });
  if (status !== expected) throw new Error(`${args.join(" ")}: ${stderr}`);
  return performance.now() - start;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
