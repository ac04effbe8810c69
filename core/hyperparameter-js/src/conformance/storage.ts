/** The conformance kit for storages. */
import type { FrozenTrial, Storage } from "../types.js";
import { CONDITIONS, historyOf, repeat } from "./cases.js";
import { attempt, deepFreeze, type Finding, textOf } from "./finding.js";

const ODD = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  5e-324,
  0.1 + 0.2,
  2 ** 53 - 1,
  -1e308,
];

/** What is easily lost on the way to a file and back, one trial each. */
const ODDITIES: readonly Partial<FrozenTrial>[] = [
  { values: [Number.POSITIVE_INFINITY, -0, 0.1 + 0.2], constraints: [-1.5, Number.POSITIVE_INFINITY, -0] },
  { state: "pruned", values: null, intermediate: ODD.map((value, step) => [step, value] as const) },
  { userAttrs: { "naïve\n\u2028": ["\u0000", { deep: [null, true] }], empty: {}, "": [[]] } },
  {
    why: { rule: "rule", acquisition: -1.5, nearest: [0, 1], note: "note" },
    asked: { params: { a: 1 }, distributions: {} },
  },
  { state: "stale", values: null, constraints: [] },
  {
    state: "waiting",
    values: null,
    params: { odd: -0, small: 5e-324, "__proto__ ": null, ключ: "\ud83d\ude00" },
    distributions: { odd: { type: "categorical", choices: [-0, 1, "-0", true, null] } },
  },
];

function oddTrials(): readonly FrozenTrial[] {
  const plain = historyOf(CONDITIONS, repeat("complete", ODDITIES.length));
  return plain.map((trial, at) => ({ ...trial, ...ODDITIES[at] }));
}

/** More trials, numbered from `first`, as a study of some size has them. */
function manyTrials(first: number): readonly FrozenTrial[] {
  const states = [...repeat("complete", 150), ...repeat("pruned", 30), ...repeat("failed", 10), ...repeat("stale", 10)];
  return historyOf(CONDITIONS, states).map((trial) => ({ ...trial, number: trial.number + first }));
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

/** A storage that has to be closed before it can be opened again may say so. */
type Opened = Storage & { close?(): void | Promise<void> };

async function checkStore(open: () => Opened | Promise<Opened>): Promise<readonly Finding[]> {
  const storage = await open();
  const empty = differences("starts empty", [], await storage.load());
  const running = historyOf(CONDITIONS, repeat("running", 6));
  for (const trial of running.toReversed()) await storage.put(deepFreeze(trial));
  const asked = differences("keeps what is put", running, await storage.load());
  const finished = oddTrials();
  await Promise.all(finished.map((trial) => storage.put(deepFreeze(trial))));
  const told = differences("replaces by number", finished, await storage.load());
  await storage.close?.();
  const next = await open();
  const again = differences("keeps it for the next one to open it", finished, await next.load());
  const more = manyTrials(finished.length);
  await Promise.all(more.map((trial) => next.put(deepFreeze(trial))));
  await next.close?.();
  const last = await open();
  const grown = differences("goes on where it was opened", [...finished, ...more], await last.load());
  await last.close?.();
  return [...empty, ...asked, ...told, ...again, ...grown];
}

/**
 * What is wrong with a storage; empty: nothing found. `open` opens the same, at first empty, storage each time it is
 * called; one that it gave before is closed first, where it has a `close`. Rules: starts empty, keeps what is put (NaN,
 * infinities, −0 and every other double, text and state included), replaces by number, keeps it for the next one to open it,
 * goes on where it was opened.
 */
export function checkStorage(open: () => Opened | Promise<Opened>): Promise<readonly Finding[]> {
  return attempt("no error", () => checkStore(open));
}
