/**
 * How good and how fast the samplers are: each figure beside the one to beat and the one to reach. It asserts nothing.
 * Usage: npm run bench:samplers [-- --quick]
 */
import { parseArgs } from "node:util";
import { optunaRows } from "./figures/peer.mjs";
import { functionRows, tableRows } from "./figures/quality.mjs";
import { cells, HEAD } from "./figures/row.mjs";
import { scaleRows } from "./figures/scale.mjs";
import { timeRows } from "./figures/times.mjs";
import { machine, table } from "./measure/text.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seeds: { type: "string" },
    only: { type: "string", default: "functions,tables,times,scale" },
  },
});

const count = Number(options.seeds ?? (options.quick ? 3 : 20));
const seeds = Array.from({ length: count }, (_, at) => at + 1);

function print(title, rows) {
  const [, ...columns] = HEAD;
  console.log(`\n${table([[title, ...columns], ...rows.map(cells)])}`);
}

const SECTIONS = {
  functions: async () => print("regret after 100 trials", await functionRows(seeds)),
  tables: async () => {
    const rows = await tableRows(seeds);
    if (rows === null) console.log("\ntables: data absent");
    else print("normalised regret after 50 / 100 trials", rows);
  },
  times: async () => {
    print("time", await timeRows());
    const peers = optunaRows(options.quick ? [100, 1000] : [100, 1000, 10_000]);
    if (peers === null) console.log("Optuna: peer absent");
    else print("peer on this machine", peers);
  },
  scale: async () => print("scale", await scaleRows(options.quick)),
};

console.log(`machine: ${machine()}`);
console.log(`medians over ${count} seeds: ${seeds[0]} to ${seeds.at(-1)}`);
if (options.quick) console.log("quick: few seeds, and long studies a tenth as long with their times times ten");
const began = performance.now();
for (const section of options.only.split(",")) await SECTIONS[section]();
console.log(`\ntook ${Math.round((performance.now() - began) / 1000)} s`);
