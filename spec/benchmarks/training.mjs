/**
 * Milliseconds per training step, beside PyTorch on one thread where it is installed. It asserts nothing.
 * Usage: npm run bench:training [-- --quick] [-- --only small,cnn]
 */
import { parseArgs } from "node:util";
import { machine, short, table } from "./measure/text.mjs";
import { pythonWith } from "./peers/python.mjs";
import { NETS } from "./training/nets.mjs";
import { compared } from "./training/rounds.mjs";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string", default: Object.keys(NETS).join() } },
});
const rounds = options.quick ? 2 : 7;
const python = pythonWith("torch");

const figures = (times) => (times === null ? "absent" : `${short(times.median)} (${short(times.least)})`);

function verdict({ mine, theirs }, { reach }) {
  if (theirs === null) return ["-", String(reach), ""];
  const ratio = theirs.median / mine.median;
  return [ratio.toFixed(2), String(reach), ratio >= reach ? "yes" : "no"];
}

console.log(`machine: ${machine()}`);
const rows = [];
for (const name of options.only.split(",")) {
  const net = NETS[name];
  const found = await compared(net, { python, rounds });
  rows.push([
    net.what,
    figures(found.mine),
    figures(found.theirs),
    ...verdict(found, net),
    found.off === null ? "" : found.off.toExponential(0),
  ]);
}
console.log(
  table([["ms per step: median (least)", "ours", "PyTorch", "ratio", "to reach", "reached", "losses off by"], ...rows]),
);
