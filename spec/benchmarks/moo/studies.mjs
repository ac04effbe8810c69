/** Points of one study of a problem, by a sampler of ours or by a peer: all that was measured, in order. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createStudy, hypervolume, nopPruner } from "hyperparameter-js";

const PEER = fileURLToPath(new URL("../peers/optuna_nsga2.py", import.meta.url));

/** Of the outcomes whose constraints all hold. */
export function volumeOf({ reference }, outcomes) {
  const feasible = outcomes.filter(({ constraints = [] }) => constraints.every((each) => each <= 0));
  return hypervolume(
    feasible.map(({ values }) => values),
    { reference },
  );
}

export async function ourOutcomes({ space, reference, measure }, sampler, { seed, trials }) {
  const directions = reference.map(() => "minimize");
  const study = await createStudy({ directions, space, sampler, pruner: nopPruner(), seed });
  const outcomes = [];
  for (let n = 0; n < trials; n++) {
    const trial = await study.ask();
    const outcome = measure(trial.params);
    outcomes.push(outcome);
    await study.tell(trial, { state: "complete", ...outcome });
  }
  return outcomes;
}

/** Optuna's, with its version; null where there is none. */
export async function peerOutcomes({ space, reference, measure, constrained }, { seed, trials }) {
  const peer = spawn("/usr/bin/python3", [PEER], { stdio: ["pipe", "pipe", "ignore"] });
  const say = (value) => peer.stdin.write(`${JSON.stringify(value)}\n`);
  // A peer that isn't there closes its pipes, which the loop below sees as the end of its words.
  peer.on("error", () => undefined);
  peer.stdin.on("error", () => undefined);
  const outcomes = [];
  let version = null;
  for await (const line of createInterface({ input: peer.stdout })) {
    if (version === null) {
      version = JSON.parse(line);
      say({ space, objectives: reference.length, seed, constrained });
      continue;
    }
    if (outcomes.length === trials) break;
    const outcome = measure(JSON.parse(line));
    outcomes.push(outcome);
    say(outcome);
  }
  peer.stdin.end();
  peer.kill();
  return version === null ? null : { version, outcomes };
}
