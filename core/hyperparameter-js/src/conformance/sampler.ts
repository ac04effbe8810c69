/** The conformance kit for samplers: what every author, of this library or not, has to hold to. */
import { cardinality, contains, pointKey } from "../space/points.js";
import type { FrozenTrial, Proposal, ProposeRequest, Sampler, Space } from "../types.js";
import { CONDITIONS, FINITE, FIXED, historyOf, NUMBERS, repeat } from "./cases.js";
import { attempt, deepFreeze, type Finding, textOf } from "./finding.js";

interface Case {
  readonly name: string;
  readonly space: Space;
  readonly trials: readonly FrozenTrial[];
  readonly change?: Partial<ProposeRequest>;
}

function extremes(trials: readonly FrozenTrial[]): readonly FrozenTrial[] {
  const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1e308, 0];
  return trials.map((trial, index) => ({ ...trial, values: [odd[index % odd.length] as number] }));
}

const LONG = repeat("complete", 40);
const MIXED = [...repeat("complete", 12), ...repeat("failed", 4), ...repeat("pruned", 12), ...repeat("running", 4)];
const SEEDS = [0, 1, 2 ** 53 - 1] as const;

const CASES: readonly Case[] = [
  { name: "no history", space: NUMBERS, trials: [] },
  { name: "one trial", space: NUMBERS, trials: historyOf(NUMBERS, ["complete"]) },
  { name: "a long history", space: NUMBERS, trials: historyOf(NUMBERS, LONG) },
  { name: "maximize", space: NUMBERS, trials: historyOf(NUMBERS, LONG), change: { directions: ["maximize"] } },
  { name: "infinite and huge values", space: NUMBERS, trials: extremes(historyOf(NUMBERS, LONG)) },
  { name: "equal trials", space: NUMBERS, trials: LONG.map((_, number) => ({ ...sameTrial(), number })) },
  { name: "only running trials", space: NUMBERS, trials: historyOf(NUMBERS, repeat("running", 12)) },
  { name: "only failed trials", space: NUMBERS, trials: historyOf(NUMBERS, repeat("failed", 20)) },
  { name: "only pruned trials", space: NUMBERS, trials: historyOf(NUMBERS, repeat("pruned", 20)) },
  { name: "all states", space: NUMBERS, trials: historyOf(NUMBERS, MIXED) },
  { name: "conditions, no history", space: CONDITIONS, trials: [] },
  { name: "conditions, all states", space: CONDITIONS, trials: historyOf(CONDITIONS, MIXED) },
  { name: "conditions, a long history", space: CONDITIONS, trials: historyOf(CONDITIONS, LONG) },
  { name: "parameters with one value", space: FIXED, trials: historyOf(FIXED, LONG) },
  { name: "trials of another space", space: NUMBERS, trials: historyOf(CONDITIONS, LONG) },
  { name: "a space without parameters", space: {}, trials: [], change: { duplicates: true } },
];

function sameTrial(): FrozenTrial {
  return historyOf(NUMBERS, ["complete"])[0] as FrozenTrial;
}

function requestOf({ space, trials, change }: Case, seed: number): ProposeRequest {
  const running = trials.filter(({ state }) => state === "running");
  const ended = trials.filter(({ state }) => state !== "running");
  return { space, trials: ended, running, directions: ["minimize"], number: trials.length, seed, ...change };
}

function judge(request: ProposeRequest, proposal: Proposal, name: string): readonly Finding[] {
  const findings: Finding[] = [];
  if (!contains(request.space, proposal.params)) {
    const expected = `${name}: a value for each parameter that exists, and for no other`;
    findings.push({ rule: "in space", expected, got: textOf(proposal.params) });
  }
  if (typeof proposal.why?.rule !== "string" || proposal.why.rule === "")
    findings.push({ rule: "explained", expected: `${name}: why.rule names the rule`, got: textOf(proposal.why) });
  return findings;
}

/** Proposes twice from equal requests that can't be written to. */
async function checkCase(sampler: Sampler, each: Case, seed: number): Promise<readonly Finding[]> {
  const request = deepFreeze(requestOf(each, seed));
  const first = await sampler.propose(request);
  const second = await sampler.propose(deepFreeze({ ...request, trials: [...request.trials] }));
  const findings = judge(request, first, each.name);
  if (textOf(first) === textOf(second)) return findings;
  const expected = `${each.name}: the same proposal for the same request, ${textOf(first)}`;
  return [...findings, { rule: "deterministic", expected, got: textOf(second) }];
}

/** Goes through a finite space to its end. */
async function checkFinite(sampler: Sampler): Promise<readonly Finding[]> {
  const trials: FrozenTrial[] = [];
  const size = cardinality(FINITE);
  while (trials.length < size) {
    const request = requestOf({ name: "finite", space: FINITE, trials: [...trials] }, 5);
    const { params } = await sampler.propose(deepFreeze(request));
    if (trials.some((trial) => pointKey(trial.params) === pointKey(params))) {
      const expected = `a point that none of ${trials.length} trials has, of ${size} points`;
      return [{ rule: "no duplicates", expected, got: textOf(params) }];
    }
    const [value] = historyOf(FINITE, ["complete"]) as [FrozenTrial];
    trials.push({ ...value, params, number: trials.length, values: [trials.length % 4] });
  }
  return [];
}

/**
 * What is wrong with a sampler for one objective; empty: nothing found. Rules: in space (conditions included), explained,
 * deterministic, no error and no write to the request (a write throws, as the request is frozen), no duplicates.
 */
export async function checkSampler(sampler: Sampler): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const each of CASES)
    for (const seed of SEEDS)
      findings.push(...(await attempt(`no error: ${each.name}`, () => checkCase(sampler, each, seed))));
  findings.push(...(await attempt("no error: a finite space", () => checkFinite(sampler))));
  return findings;
}
