/** Optuna's TPE on this machine, so that ratios can be read; null where there is none. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../peers/optuna_tpe.py", import.meta.url));

export function optunaRows(sizes) {
  const { status, stdout } = spawnSync("/usr/bin/python3", [SCRIPT, ...sizes.map(String)], { encoding: "utf8" });
  if (status !== 0) return null;
  const { version, ...times } = JSON.parse(stdout);
  const label = (kind) => `Optuna ${version} TPE ${kind}, ask + 5 suggests at n = ${sizes.join(" / ")}, CPU ms`;
  return ["default", "multivariate"].map((kind) => ({ what: label(kind), got: times[kind], beat: null, reach: null }));
}
