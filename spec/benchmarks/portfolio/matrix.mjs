/**
 * The matrix of scores, as two files of commas that stay small and can be read: configurations, and what each came to on each
 * task. A score counts as long as its learner's code is the one that made it.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const PLACE = new URL("../figures/portfolio/", import.meta.url);
const CONFIGS = new URL("configs.csv", PLACE);
const SCORES = new URL("scores.csv", PLACE);

/** A short name of a configuration by what it is. */
export function idOf(learner, params) {
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([learner, sorted]))
    .digest("hex")
    .slice(0, 8);
}

/** Configurations that were evaluated before; they stay candidates as long as their learner's space has them. */
export function readConfigs() {
  if (!existsSync(CONFIGS)) return [];
  const [, ...lines] = readFileSync(CONFIGS, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [id, learner, kind, ...parameters] = line.split(",");
    return { id, learner, kind, params: JSON.parse(parameters.join(",")) };
  });
}

/** By configuration and task: `{select, held, seconds, code}`. */
export function readScores() {
  if (!existsSync(SCORES)) return new Map();
  const [, ...lines] = readFileSync(SCORES, "utf8").trimEnd().split("\n");
  return new Map(
    lines.map((line) => {
      const [id, task, select, held, seconds, code] = line.split(",");
      const number = (text) => (text === "" ? null : Number(text));
      return [`${id},${task}`, { select: number(select), held: number(held), seconds: Number(seconds), code }];
    }),
  );
}

/** Only those of these configurations are kept, so that the files never grow. */
export function writeMatrix(configs, scores) {
  const known = new Set(configs.map(({ id }) => id));
  const show = (value) => (value === null || Number.isNaN(value) ? "" : String(Number(value.toPrecision(6))));
  const rows = [...scores]
    .filter(([key]) => known.has(key.slice(0, 8)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, { select, held, seconds, code }]) => `${key},${show(select)},${show(held)},${seconds.toFixed(2)},${code}`,
    );
  const lines = configs.map(({ id, learner, kind, params }) => `${id},${learner},${kind},${JSON.stringify(params)}`);
  writeFileSync(CONFIGS, `${["config,learner,drawn,parameters", ...lines].join("\n")}\n`);
  writeFileSync(SCORES, `${["config,task,select,held_out,cpu_seconds,code", ...rows].join("\n")}\n`);
}
