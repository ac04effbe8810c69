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
  "the step 0 and a step far on": [
    [0, -1e308],
    [2 ** 40, 1e308],
  ],
  "steps out of order": [
    [10, 3],
    [3, 2],
    [1, 1],
  ],
  "many reports": Array.from({ length: 300 }, (_, step) => [step, (step * 7919) % 101] as const),
  "NaN among others": [
    [0, 1],
    [1, Number.NaN],
    [3, 0.5],
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

/** Made when asked for: whoever loads the library would wait for it otherwise, in each thread. */
const histories = (): Readonly<Record<string, readonly FrozenTrial[]>> => ({
  "no history": [],
  "trials without reports": historyOf(NUMBERS, repeat("complete", 20)),
  "trials with reports": reporting(historyOf(NUMBERS, repeat("complete", 20))),
  "trials that failed, were pruned or run": reporting(
    historyOf(NUMBERS, [...repeat("failed", 9), ...repeat("pruned", 9), ...repeat("stale", 9)]),
  ),
  "trials that reported NaN and infinities": odd(historyOf(NUMBERS, repeat("complete", 20))),
  "trials of which some reported, violated constraints among them": historyOf(NUMBERS, [
    ...repeat("complete", 9),
    ...repeat("pruned", 9),
  ]).map((trial, at) => ({ ...trial, ...(at % 2 && { constraints: [at - 4] }) })),
});

function odd(trials: readonly FrozenTrial[]): readonly FrozenTrial[] {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0];
  return trials.map((trial) => ({
    ...trial,
    intermediate: values.map((_, step) => [step, values[(step + trial.number) % values.length] as number] as const),
  }));
}

async function checkCase(
  pruner: Pruner,
  name: string,
  [intermediate, trials]: readonly [Reports, readonly FrozenTrial[]],
): Promise<readonly Finding[]> {
  const [trial] = historyOf(NUMBERS, ["running"]) as [FrozenTrial];
  return (["minimize", "maximize"] satisfies Direction[]).flatMap((direction) => {
    const request = deepFreeze({ trial: { ...trial, number: 99, intermediate }, trials, direction });
    const first: unknown = pruner.prune(request);
    const others: readonly unknown[] = [pruner.prune(request), pruner.prune({ ...request, trials: [...trials] })];
    if (typeof first !== "boolean")
      return [{ rule: "a verdict", expected: `${name}: true or false`, got: String(first) }];
    const other = others.find((verdict) => verdict !== first);
    return other === undefined
      ? []
      : [{ rule: "deterministic", expected: `${name}: ${first} again`, got: String(other) }];
  });
}

/** A study's own array of trials grows; what is kept beside it must show in nothing. */
async function checkGrowing(pruner: Pruner): Promise<readonly Finding[]> {
  const all = deepFreeze(reporting(historyOf(NUMBERS, repeat("complete", 30))));
  const trials: FrozenTrial[] = [];
  const [running] = historyOf(NUMBERS, ["running"]) as [FrozenTrial];
  return [5, 12, 30].flatMap((length) => {
    trials.push(...all.slice(trials.length, length));
    const trial = { ...running, number: length, intermediate: [[0, 8] as const, [3, 11] as const] };
    const verdicts = [trials, [...trials]].map((each) => pruner.prune({ trial, trials: each, direction: "minimize" }));
    if (verdicts[0] === verdicts[1]) return [];
    const expected = `after ${length} trials of a history that grows: ${verdicts[1]}, as on a copy of it`;
    return [{ rule: "no state", expected, got: String(verdicts[0]) }];
  });
}

/** What is wrong with a pruner; empty: nothing found. Rules: a verdict, deterministic, no state, no error and no write to the request. */
export async function checkPruner(pruner: Pruner): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [reported, intermediate] of Object.entries(REPORTS))
    for (const [past, trials] of Object.entries(histories())) {
      const name = `${reported}, ${past}`;
      findings.push(...(await attempt(`no error: ${name}`, () => checkCase(pruner, name, [intermediate, trials]))));
    }
  findings.push(...(await attempt("no error: a history that grows", () => checkGrowing(pruner))));
  return findings;
}
