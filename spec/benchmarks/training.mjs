/**
 * Milliseconds per training step beside PyTorch on one thread, many nets at once beside one after another, the share of the
 * machine's rate that a big net reaches, and whether what was trained is valid. It asserts nothing.
 * Usage: npm run bench:training [-- --quick] [-- --only small,cnn]
 */
import { parseArgs } from "node:util";
import { machine, short, table } from "./measure/text.mjs";
import { answerOf, pythonWith } from "./peers/python.mjs";
import { validity } from "./training/checks.mjs";
import { CROWDS, NETS } from "./training/nets.mjs";
import { besidePeer } from "./training/peer.mjs";
import { ratesOf, SIZE } from "./training/rate.mjs";
import { besideItself } from "./training/together.mjs";

const COUNT = 16;
const SHARE = 0.7;
const names = [...Object.keys(NETS), ...Object.keys(CROWDS)];
const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string", default: names.join() } },
});
const chosen = options.only.split(",");
const rounds = options.quick ? 3 : 9;
const python = pythonWith("torch");
const models = {};

const figures = (times) => (times === null ? "absent" : `${short(times.median)} (${short(times.least)})`);

function row({ mine, theirs, off }, { what, reach }) {
  const ratio = theirs === null ? null : theirs.median / mine.median;
  const verdict =
    ratio === null ? ["-", String(reach), "-"] : [ratio.toFixed(2), String(reach), ratio >= reach ? "yes" : "no"];
  return [what, figures(mine), figures(theirs), ...verdict, off === null ? "-" : off.toExponential(0)];
}

/** A table of the nets that are asked for. */
async function section(nets, [first, other], measure) {
  const rows = [];
  for (const net of Object.values(nets).filter(({ name }) => chosen.includes(name))) {
    const found = await measure(net);
    Object.assign(models, found.models);
    rows.push({ net, found });
  }
  if (rows.length === 0) return;
  const head = [first, "ours", other, "ratio", "to reach", "reached", "losses off by"];
  console.log(`\n${table([head, ...rows.map(({ net, found }) => row(found, net))])}`);
}

/** How much of the rate of plain products the big net's step has, where products are nearly all of its work. */
async function share() {
  if (!chosen.includes("big")) return;
  const { plain, net } = await ratesOf(NETS.big, rounds);
  const theirs = python === null ? "absent" : answerOf(python, "torch_rate.py", [String(SIZE), "20"]).toFixed(0);
  const part = net / plain;
  console.log(
    `\n${SIZE}³ products: ${plain.toFixed(0)} GFLOP/s, PyTorch ${theirs}; ${NETS.big.what}: ${net.toFixed(0)}`,
  );
  console.log(`${(100 * part).toFixed(0)} % of the rate; to reach ${100 * SHARE} %: ${part >= SHARE ? "yes" : "no"}`);
}

const began = performance.now();
console.log(`machine: ${machine()}${python === null ? "; PyTorch: peer absent" : ""}`);
await section(NETS, ["ms a step: median (least)", "PyTorch"], (net) => besidePeer(net, { python, rounds }));
await share();
const title = `ms a step of one of ${COUNT}`;
await section(CROWDS, [title, "one by one"], (net) => besideItself(net, { count: COUNT, rounds }));
console.log(`\n${(await validity(models)).join("\n")}`);
console.log(`took ${Math.round((performance.now() - began) / 1000)} s`);
