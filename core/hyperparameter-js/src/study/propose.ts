/** From a sampler's proposal to the parameters of a trial: checked, kept apart from earlier ones, joined to enqueued ones. */
import { HyperparameterError, show } from "../errors.js";
import { isObject } from "../given.js";
import { usedPoints } from "../history/used.js";
import { createRng, type Rng } from "../random/rng.js";
import { activeSpace, buildParams } from "../space/conditions.js";
import { drawUniform, memberOf } from "../space/distribution.js";
import { contains, drawFresh, drawPoint, pointOf } from "../space/points.js";
import { holds, isBroken } from "../space/relations.js";
import { repair } from "../space/repair.js";
import type { Explanation, FrozenTrial, Params, Proposal, ProposeRequest, Relation, Space } from "../types.js";
import type { Settings } from "./options.js";
import { seenSpace, type View } from "./visible.js";

export interface Start {
  readonly params: Params;
  readonly distributions: Space;
  readonly why: Explanation | null;
}

interface Ask {
  readonly number: number;
  /** Undefined: define-by-run. */
  readonly space: Space | undefined;
  readonly view: View;
}

/** Relations are those of the declared space: another one, given to `ask`, has none. */
function requestOf(
  { plan, space: declared, relations }: Settings,
  { number, view }: Ask,
  space: Space,
): ProposeRequest {
  const { directions, seed, duplicates = false, budget, earlier } = plan;
  const { trials, running } = view;
  // Field by field, as this is done for each trial, and a copy by spread takes 30 times as long.
  const request = { space, trials, running, directions, number, seed, duplicates };
  const own = space === declared && relations.length > 0;
  if (budget === undefined && earlier === undefined && !own) return request;
  return { ...request, ...(own && { relations }), ...(budget && { budget }), ...(earlier && { earlier }) };
}

/** The proposal if it holds to the relations, else the nearest point that does. */
function related(request: ProposeRequest, { params, why }: Proposal): Proposal {
  const { space, relations = [], seed, number } = request;
  if (holds(relations, params)) return { params, why };
  const rng = createRng(seed, number, "related");
  const note = "moved from a proposal that breaks a relation";
  const near = repair(space, relations, params, rng) ?? drawFresh(space, usedPoints(request), rng, relations);
  if (near !== null) return { params: near, why: { rule: "related", note } };
  throw exhausted(number);
}

/** Asks the sampler, and refuses what isn't a point of the space. */
async function proposePoint({ sampler }: Settings, request: ProposeRequest): Promise<Proposal> {
  const { space, number } = request;
  const proposal: unknown = await sampler.propose(request);
  const { params: given, why }: Partial<Proposal> = isObject(proposal) ? proposal : {};
  const params = isObject(given) ? pointOf(space, given) : null;
  if (params !== null) return related(request, { params, why: why ?? { rule: String(sampler.name) } });
  throw new HyperparameterError({
    code: "PROPOSAL_INVALID",
    where: `trial ${number}, sampler ${sampler.name}`,
    expected: `a point of the space ${show(space)}`,
    got: show(given ?? proposal),
  });
}

/** A point in place of one that was tried before, whoever proposed it. */
function freshPoint(request: ProposeRequest): Proposal {
  const { space, number, seed, relations } = request;
  const params = drawFresh(space, usedPoints(request), createRng(seed, number, "fresh"), relations);
  if (params !== null) return { params, why: { rule: "unseen", note: "the sampler proposed a point tried before" } };
  throw exhausted(number);
}

function exhausted(number: number): HyperparameterError {
  const expected = "a point that no trial has";
  return new HyperparameterError({ code: "SPACE_EXHAUSTED", where: `trial ${number}`, expected, got: "none left" });
}

export async function startNew(settings: Settings, ask: Ask): Promise<Start> {
  const space = ask.space ?? seenSpace(ask.view.trials);
  const request = requestOf(settings, ask, space);
  const proposal = await proposePoint(settings, request);
  const free = ask.space === undefined || !usedPoints(request)(proposal.params);
  const { params, why } = free ? proposal : freshPoint(request);
  return { params, distributions: activeSpace(space, params), why };
}

/** Those of the values that the space has, with what they are conditioned on among them. */
function fitting(space: Space, values: Params): Params {
  return buildParams(space, (name, distribution) =>
    Object.hasOwn(values, name) ? memberOf(distribution, values[name]) : undefined,
  );
}

/** The relation that the values break by themselves, whatever is given beside them. */
function brokenBy({ space = {}, relations }: Settings, values: Params): Relation | undefined {
  return relations.find((one) => (contains(space, values) ? !holds([one], values) : isBroken([one], values)));
}

function expectedOf(space: Space, name: string): string {
  if (!Object.hasOwn(space, name)) return `a parameter of the space: ${Object.keys(space).join(", ")}`;
  return `a value of ${show(space[name])} whose conditions are enqueued with it`;
}

/** Throws unless each value is its distribution's, and conditions and relations hold among the enqueued values themselves. */
export function checkEnqueued(settings: Settings, fixed: Params, where: string): Params {
  const { space = {} } = settings;
  const kept = fitting(space, fixed);
  const wrong = Object.keys(fixed).find((name) => !Object.hasOwn(kept, name));
  if (wrong !== undefined)
    throw new HyperparameterError({
      code: "PARAMS_OUTSIDE",
      where: `${where}, ${wrong}`,
      expected: expectedOf(space, wrong),
      got: show(fixed[wrong]),
    });
  const broken = brokenBy(settings, kept);
  if (broken === undefined) return kept;
  const [expected, got] = [`values that hold to ${show(broken)}`, show(kept)];
  throw new HyperparameterError({ code: "PARAMS_OUTSIDE", where, expected, got });
}

/**
 * An enqueued trial when its turn comes: its own values, and the sampler's for what they leave open. Values that the space
 * has no more, as it has changed since they were enqueued, are left open too, and `why` says which.
 */
export async function startEnqueued(settings: Settings, ask: Ask, { params: given, why }: FrozenTrial): Promise<Start> {
  const { space } = ask;
  if (space === undefined) return { params: given, distributions: {}, why };
  const kept = fitting(space, given);
  const fixed = brokenBy({ ...settings, space }, kept) === undefined ? kept : {};
  const lost = Object.keys(given).filter((name) => !Object.hasOwn(fixed, name));
  const request = requestOf(settings, ask, space);
  const params = contains(space, fixed)
    ? fixed
    : joined(request, fixed, (await proposePoint(settings, request)).params);
  const note = `without ${lost.join(", ")}: the space has changed`;
  return { params, distributions: activeSpace(space, params), why: lost.length > 0 ? { rule: "enqueued", note } : why };
}

/** Draws of what an enqueued trial leaves open, until the relations hold. */
const DRAWS = 64;

/** The enqueued values come first, even where no others were found that hold to the relations beside them. */
function joined({ space, relations = [], seed, number }: ProposeRequest, fixed: Params, proposed: Params): Params {
  const join = (others: Params, rng: Rng): Params =>
    buildParams(space, (name, distribution) => {
      const source = [fixed, others].find((values) => Object.hasOwn(values, name));
      return source === undefined ? drawUniform(distribution, rng) : source[name];
    });
  const rng = createRng(seed, number, "enqueued");
  const first = join(proposed, rng);
  if (holds(relations, first)) return first;
  for (let draw = 0; draw < DRAWS; draw++) {
    const point = join(draw % 2 ? drawPoint(space, rng, relations) : {}, rng);
    if (holds(relations, point)) return point;
  }
  return first;
}
