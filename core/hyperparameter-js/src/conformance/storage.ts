/** The conformance kit for storages. */
import type { FrozenTrial, Storage } from "../types.js";
import { CONDITIONS, historyOf, repeat } from "./cases.js";
import { attempt, deepFreeze, type Finding, textOf } from "./finding.js";

/** Values and names that are easily lost on the way to a file and back. */
function oddTrials(): readonly FrozenTrial[] {
  const [first, second, third, fourth] = historyOf(CONDITIONS, repeat("complete", 4)) as [
    FrozenTrial,
    FrozenTrial,
    FrozenTrial,
    FrozenTrial,
  ];
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, 0.1 + 0.2];
  return [
    { ...first, values: [Number.POSITIVE_INFINITY, -0, 0.1 + 0.2] },
    { ...second, state: "pruned", values: null, intermediate: odd.map((value, step) => [step, value] as const) },
    { ...third, userAttrs: { "naïve\n\u2028": ["\u0000", { deep: [null, true] }], empty: {} } },
    {
      ...fourth,
      why: { rule: "rule", acquisition: -1.5, nearest: [0, 1], note: "note" },
      asked: { params: { a: 1 }, distributions: {} },
    },
  ];
}

function differences(rule: string, wanted: readonly FrozenTrial[], found: readonly FrozenTrial[]): readonly Finding[] {
  const byNumber = new Map(found.map((trial) => [trial.number, trial]));
  const findings = wanted.flatMap((trial) => {
    const [expected, got] = [textOf(trial), textOf(byNumber.get(trial.number))];
    return expected === got ? [] : [{ rule, expected, got }];
  });
  if (found.length === wanted.length) return findings;
  return [...findings, { rule, expected: `${wanted.length} trials`, got: `${found.length}` }];
}

async function checkStore(open: () => Storage | Promise<Storage>): Promise<readonly Finding[]> {
  const storage = await open();
  const empty = differences("starts empty", [], await storage.load());
  const running = historyOf(CONDITIONS, repeat("running", 4));
  for (const trial of running.toReversed()) await storage.put(deepFreeze(trial));
  const asked = differences("keeps what is put", running, await storage.load());
  const finished = oddTrials();
  await Promise.all(finished.map((trial) => storage.put(deepFreeze(trial))));
  const told = differences("replaces by number", finished, await storage.load());
  const again = differences("keeps it for the next one to open it", finished, await (await open()).load());
  return [...empty, ...asked, ...told, ...again];
}

/**
 * What is wrong with a storage; empty: nothing found. `open` opens the same, at first empty, storage each time it is
 * called. Rules: starts empty, keeps what is put (NaN, infinities, −0 and every other double included), replaces by number.
 */
export function checkStorage(open: () => Storage | Promise<Storage>): Promise<readonly Finding[]> {
  return attempt("no error", () => checkStore(open));
}
