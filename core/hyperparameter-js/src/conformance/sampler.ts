/** The conformance kit for samplers: what every author, of this library or not, has to hold to. */
import { HyperparameterError } from "../errors.js";
import { contains, pointKey, points } from "../space/points.js";
import { holds } from "../space/relations.js";
import type { FrozenTrial, Proposal, ProposeRequest, Relation, Sampler, Space } from "../types.js";
import { CONDITIONS, FINITE, FIXED, GROWN, historyOf, LIMITS, NUMBERS, repeat } from "./cases.js";
import { attempt, deepFreeze, type Finding, textOf } from "./finding.js";

interface Case {
  readonly name: string;
  readonly space: Space;
  readonly trials: readonly FrozenTrial[];
  readonly change?: Partial<ProposeRequest>;
}

type Trials = readonly FrozenTrial[];

function extremes(trials: Trials): Trials {
  const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1e308, 0];
  return trials.map((trial, index) => ({ ...trial, values: [odd[index % odd.length] as number] }));
}

/** Feasible and not, by one constraint or the other, infinitely; and some that none were measured of. */
function constrained(trials: Trials, all: readonly (readonly number[])[]): Trials {
  return trials.map((trial, index) => {
    const constraints = all[index % (all.length + 1)];
    return { ...trial, ...(constraints && trial.state === "complete" && { constraints }) };
  });
}

function violated(trials: Trials): Trials {
  return trials.map((trial) => ({ ...trial, constraints: [2 + (trial.number % 3), -1] }));
}

function withValues(trials: Trials, count: number): Trials {
  return trials.map((trial) => {
    const [value = 0] = trial.values ?? [];
    const values = Array.from({ length: count }, (_, at) => (at % 2 ? -value : value) + ((trial.number * at) % 5));
    return { ...trial, values: trial.values && values };
  });
}

function sameTrial(): FrozenTrial {
  return historyOf(NUMBERS, ["complete"])[0] as FrozenTrial;
}

const LONG = repeat("complete", 40);
const MIXED = [
  ...repeat("complete", 12),
  ...repeat("failed", 4),
  ...repeat("pruned", 12),
  ...repeat("stale", 4),
  ...repeat("running", 4),
];
const VIOLATED = [
  [1, -1],
  [-1, -1],
  [-1, 0.5],
  [Number.POSITIVE_INFINITY, -1],
  [0, Number.NEGATIVE_INFINITY],
];
const SEEDS = [0, 1, 2 ** 53 - 1] as const;

const RELATIONS: readonly Relation[] = [
  { type: "order", params: ["depth", "width"], strict: true },
  { type: "sum", params: ["share", "shift"], weights: [1, 0.5], low: 0, high: 2 },
];
const CONDITIONED_RELATIONS: readonly Relation[] = [
  { type: "forbidden", when: { learner: ["linear", null], penalty: "l1" } },
  { type: "order", params: ["leaves", "trees"] },
];
const FINITE_RELATIONS: readonly Relation[] = [
  { type: "forbidden", when: { on: true, size: 2 } },
  { type: "sum", params: ["size", "level"], high: 3.1 },
];

/** Made when asked for: whoever loads the library would wait for it otherwise, in each thread. */
const cases = (): readonly Case[] => [
  { name: "no history", space: NUMBERS, trials: [] },
  { name: "one trial", space: NUMBERS, trials: historyOf(NUMBERS, ["complete"]) },
  { name: "a long history", space: NUMBERS, trials: historyOf(NUMBERS, LONG) },
  { name: "a very long history", space: NUMBERS, trials: historyOf(NUMBERS, repeat("complete", 250)) },
  { name: "maximize", space: NUMBERS, trials: historyOf(NUMBERS, LONG), change: { directions: ["maximize"] } },
  { name: "infinite and huge values", space: NUMBERS, trials: extremes(historyOf(NUMBERS, LONG)) },
  { name: "equal trials", space: NUMBERS, trials: LONG.map((_, number) => ({ ...sameTrial(), number })) },
  { name: "only running trials", space: NUMBERS, trials: historyOf(NUMBERS, repeat("running", 12)) },
  { name: "only failed trials", space: NUMBERS, trials: historyOf(NUMBERS, repeat("failed", 20)) },
  { name: "only pruned trials", space: NUMBERS, trials: historyOf(NUMBERS, repeat("pruned", 20)) },
  { name: "only stale trials", space: NUMBERS, trials: historyOf(NUMBERS, repeat("stale", 20)) },
  { name: "all states", space: NUMBERS, trials: historyOf(NUMBERS, MIXED) },
  { name: "constraints", space: NUMBERS, trials: constrained(historyOf(NUMBERS, [...LONG, ...MIXED]), VIOLATED) },
  { name: "constraints that all violate", space: NUMBERS, trials: violated(historyOf(NUMBERS, LONG)) },
  { name: "relations, no history", space: NUMBERS, trials: [], change: { relations: RELATIONS } },
  { name: "relations", space: NUMBERS, trials: historyOf(NUMBERS, LONG), change: { relations: RELATIONS } },
  { name: "conditions, no history", space: CONDITIONS, trials: [] },
  { name: "conditions, all states", space: CONDITIONS, trials: historyOf(CONDITIONS, MIXED) },
  { name: "conditions, a long history", space: CONDITIONS, trials: historyOf(CONDITIONS, LONG) },
  {
    name: "conditions and relations",
    space: CONDITIONS,
    trials: historyOf(CONDITIONS, MIXED),
    change: { relations: CONDITIONED_RELATIONS },
  },
  { name: "parameters with one value", space: FIXED, trials: historyOf(FIXED, LONG) },
  { name: "the limits of numbers, no history", space: LIMITS, trials: [] },
  { name: "the limits of numbers", space: LIMITS, trials: historyOf(LIMITS, [...LONG, ...MIXED]) },
  { name: "trials of another space", space: NUMBERS, trials: historyOf(CONDITIONS, LONG) },
  { name: "a space that has changed", space: GROWN, trials: historyOf(NUMBERS, [...LONG, ...MIXED]) },
  { name: "a budget that is used up", space: NUMBERS, trials: historyOf(NUMBERS, LONG), change: { budget: 40 } },
  { name: "a space without parameters", space: {}, trials: [], change: { duplicates: true } },
  {
    name: "duplicates of a finite space",
    space: FINITE,
    trials: historyOf(FINITE, repeat("complete", 60)),
    change: { duplicates: true },
  },
];

/** Refused with OBJECTIVES_UNSUPPORTED by samplers of one objective. */
const several = (): readonly Case[] =>
  [2, 3].map((count) => ({
    name: `${count} objectives`,
    space: NUMBERS,
    trials: constrained(withValues(historyOf(NUMBERS, [...LONG, ...MIXED]), count), VIOLATED),
    change: { directions: (["minimize", "maximize", "minimize"] as const).slice(0, count) },
  }));

function requestOf({ space, trials, change }: Case, seed: number): ProposeRequest {
  const running = trials.filter(({ state }) => state === "running");
  const ended = trials.filter(({ state }) => state !== "running");
  return { space, trials: ended, running, directions: ["minimize"], number: trials.length, seed, ...change };
}

function judge({ space, relations = [] }: ProposeRequest, proposal: Proposal, name: string): readonly Finding[] {
  const findings: Finding[] = [];
  const { params, why } = proposal;
  if (!contains(space, params)) {
    const expected = `${name}: a value for each parameter that exists, and for no other`;
    findings.push({ rule: "in space", expected, got: textOf(params) });
  } else if (!holds(relations, params)) {
    const expected = `${name}: a point that holds to ${textOf(relations)}`;
    findings.push({ rule: "relations", expected, got: textOf(params) });
  }
  if (typeof why?.rule !== "string" || why.rule === "")
    findings.push({ rule: "explained", expected: `${name}: why.rule names the rule`, got: textOf(why) });
  else if (why.acquisition !== undefined && !Number.isFinite(why.acquisition))
    findings.push({ rule: "explained", expected: `${name}: a finite acquisition value, or none`, got: textOf(why) });
  return findings;
}

function compare(rule: string, name: string, [first, second]: readonly [Proposal, Proposal]): readonly Finding[] {
  if (textOf(first) === textOf(second)) return [];
  return [{ rule, expected: `${name}: the same proposal again, ${textOf(first)}`, got: textOf(second) }];
}

/** Proposes from a request that can't be written to, from it again, and from a copy. */
async function checkCase(sampler: Sampler, each: Case, seed: number): Promise<readonly Finding[]> {
  const request = deepFreeze(requestOf(each, seed));
  const copy = deepFreeze({ ...request, trials: [...request.trials], running: [...request.running] });
  const first = await sampler.propose(request);
  const findings = judge(request, first, each.name);
  const again = compare("deterministic", each.name, [first, await sampler.propose(request)]);
  if (again.length > 0) return [...findings, ...again];
  return [...findings, ...compare("deterministic", `${each.name}, copied`, [first, await sampler.propose(copy)])];
}

/** A study's own array of trials grows from one request to the next; what is kept beside it must show in nothing. */
async function checkGrowing(sampler: Sampler): Promise<readonly Finding[]> {
  const all = deepFreeze(historyOf(CONDITIONS, [...repeat("complete", 26), ...repeat("pruned", 4)]));
  const trials: FrozenTrial[] = [];
  const findings: Finding[] = [];
  for (const length of [5, 12, 20, 30]) {
    trials.push(...all.slice(trials.length, length));
    const request = { ...requestOf({ name: "", space: CONDITIONS, trials: [] }, 3), number: length };
    const grown = await sampler.propose({ ...request, trials });
    const fresh = await sampler.propose({ ...request, trials: [...trials] });
    findings.push(...compare("no state", `${length} trials of a history that grows`, [fresh, grown]));
  }
  return findings;
}

/** Goes through a finite space to its end, with a trial in three still running. */
async function checkFinite(sampler: Sampler, relations: readonly Relation[]): Promise<readonly Finding[]> {
  const trials: FrozenTrial[] = [];
  const size = [...points(FINITE, relations)].length;
  const [value] = historyOf(FINITE, ["complete"]) as [FrozenTrial];
  while (trials.length < size) {
    const each = { name: "a finite space", space: FINITE, trials: [...trials], change: { relations } };
    const request = requestOf(each, 5);
    const proposal = await sampler.propose(deepFreeze(request));
    const [finding] = judge(request, proposal, each.name);
    if (finding !== undefined) return [finding];
    const { params } = proposal;
    if (trials.some((trial) => pointKey(trial.params) === pointKey(params))) {
      const expected = `a point that none of ${trials.length} trials has, ended or running, of ${size} points`;
      return [{ rule: "no duplicates", expected, got: textOf(params) }];
    }
    const number = trials.length;
    const ended = { state: "complete", values: [number % 4] } as const;
    trials.push({ ...value, params, number, ...(number % 3 ? ended : { state: "running", values: null }) });
  }
  return [];
}

/** Several objectives are taken, or refused with the code that says so. */
async function checkSeveral(sampler: Sampler, each: Case): Promise<readonly Finding[]> {
  try {
    return await checkCase(sampler, each, 0);
  } catch (error) {
    if (error instanceof HyperparameterError && error.code === "OBJECTIVES_UNSUPPORTED") return [];
    throw error;
  }
}

/** A sampler may refuse endless spaces, by SPACE_UNSUPPORTED: a grid has no points of its own there. */
function unlessRefused(check: () => Promise<readonly Finding[]>): () => Promise<readonly Finding[]> {
  return async () => {
    try {
      return await check();
    } catch (error) {
      if (error instanceof HyperparameterError && error.code === "SPACE_UNSUPPORTED") return [];
      throw error;
    }
  };
}

/**
 * What is wrong with a sampler; empty: nothing found. Rules: in space (conditions included), relations (where a request has
 * some), explained (a rule, and a finite acquisition value or none), deterministic (the same request or a copy of it gives
 * the same proposal), no state (whatever was asked before), no error and no write to the request (a write throws, as the
 * request is frozen), no duplicates (of ended or running trials in a finite space). Several objectives may be refused with
 * OBJECTIVES_UNSUPPORTED.
 */
export async function checkSampler(sampler: Sampler): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const run = async (name: string, check: () => Promise<readonly Finding[]>) => {
    findings.push(...(await attempt(`no error: ${name}`, check)));
  };
  for (const [at, each] of cases().entries())
    await run(
      each.name,
      unlessRefused(() => checkCase(sampler, each, SEEDS[at % SEEDS.length] as number)),
    );
  for (const each of several())
    await run(
      each.name,
      unlessRefused(() => checkSeveral(sampler, each)),
    );
  await run(
    "a history that grows",
    unlessRefused(() => checkGrowing(sampler)),
  );
  await run("a finite space", () => checkFinite(sampler, []));
  await run("a finite space with relations", () => checkFinite(sampler, FINITE_RELATIONS));
  return findings;
}
