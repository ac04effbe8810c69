/** The conformance kit for pruners. */
import type { Direction, FrozenTrial, Pruner } from "../types.js";
import { historyOf, NUMBERS, repeat } from "./cases.js";
import { attempt, deepFreeze, type Finding } from "./finding.js";

type Reports = FrozenTrial["intermediate"];

const REPORTS: Readonly<Record<string, Reports>> = {
  "no report": [],
  "one report": [[0, 1]],
  "steps with gaps": [
    [3, 1],
    [10, 2],
    [500, 3],
  ],
  "only NaN": [[0, Number.NaN]],
  "infinite reports": [
    [0, Number.POSITIVE_INFINITY],
    [1, Number.NEGATIVE_INFINITY],
  ],
};

function reporting(trials: readonly FrozenTrial[]): readonly FrozenTrial[] {
  return trials.map((trial) => ({
    ...trial,
    intermediate: [0, 1, 3, 10].map((step) => [step, trial.number] as const),
  }));
}

const HISTORIES: Readonly<Record<string, readonly FrozenTrial[]>> = {
  "no history": [],
  "trials without reports": historyOf(NUMBERS, repeat("complete", 20)),
  "trials with reports": reporting(historyOf(NUMBERS, repeat("complete", 20))),
  "trials that failed, were pruned or run": reporting(
    historyOf(NUMBERS, [...repeat("failed", 9), ...repeat("pruned", 9), ...repeat("running", 9)]),
  ),
};

async function checkCase(
  pruner: Pruner,
  name: string,
  [intermediate, trials]: readonly [Reports, readonly FrozenTrial[]],
): Promise<readonly Finding[]> {
  const [trial] = historyOf(NUMBERS, ["running"]) as [FrozenTrial];
  const verdicts = (["minimize", "maximize"] satisfies Direction[]).flatMap((direction) => {
    const request = deepFreeze({ trial: { ...trial, number: 99, intermediate }, trials, direction });
    const first: unknown = pruner.prune(request);
    return [{ first, second: pruner.prune(request) as unknown }];
  });
  return verdicts.flatMap(({ first, second }) => {
    if (typeof first !== "boolean")
      return [{ rule: "a verdict", expected: `${name}: true or false`, got: String(first) }];
    if (first === second) return [];
    return [{ rule: "deterministic", expected: `${name}: ${first} again`, got: String(second) }];
  });
}

/** What is wrong with a pruner; empty: nothing found. Rules: a verdict, deterministic, no error and no write to the request. */
export async function checkPruner(pruner: Pruner): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [reported, intermediate] of Object.entries(REPORTS))
    for (const [past, trials] of Object.entries(HISTORIES)) {
      const name = `${reported}, ${past}`;
      findings.push(...(await attempt(`no error: ${name}`, () => checkCase(pruner, name, [intermediate, trials]))));
    }
  return findings;
}
