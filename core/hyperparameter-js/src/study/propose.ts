/** From a sampler's proposal to the parameters of a trial: checked, kept apart from earlier ones, joined to enqueued ones. */
import { HyperparameterError, show } from "../errors.js";
import { usedPoints } from "../history/used.js";
import { createRng } from "../random/rng.js";
import { activeSpace, buildParams } from "../space/conditions.js";
import { drawUniform, memberOf } from "../space/distribution.js";
import { drawFresh, pointOf } from "../space/points.js";
import type { Explanation, FrozenTrial, Params, Proposal, ProposeRequest, Space } from "../types.js";
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

function requestOf({ plan }: Settings, { number, view }: Ask, space: Space): ProposeRequest {
  return { ...plan, space, ...view, number };
}

/** Asks the sampler, and refuses what isn't a point of the space. */
async function proposePoint({ sampler }: Settings, request: ProposeRequest): Promise<Proposal> {
  const { space, number } = request;
  const proposal = await sampler.propose(request);
  const params = pointOf(space, proposal.params);
  if (params !== null) return { params, why: proposal.why };
  throw new HyperparameterError({
    code: "PROPOSAL_INVALID",
    where: `trial ${number}, sampler ${sampler.name}`,
    expected: `a point of the space ${show(space)}`,
    got: show(proposal.params),
  });
}

/** A point in place of one that was tried before, whoever proposed it. */
function freshPoint(request: ProposeRequest): Proposal {
  const { space, number, seed } = request;
  const params = drawFresh(space, usedPoints(request), createRng(seed, number, "fresh"));
  if (params !== null) return { params, why: { rule: "unseen", note: "the sampler proposed a point tried before" } };
  const expected = "a point that no trial has";
  throw new HyperparameterError({ code: "SPACE_EXHAUSTED", where: `trial ${number}`, expected, got: "none left" });
}

export async function startNew(settings: Settings, ask: Ask): Promise<Start> {
  const space = ask.space ?? seenSpace(ask.view.trials);
  const request = requestOf(settings, ask, space);
  const proposal = await proposePoint(settings, request);
  const free = ask.space === undefined || !usedPoints(request)(proposal.params);
  const { params, why } = free ? proposal : freshPoint(request);
  return { params, distributions: activeSpace(space, params), why };
}

/** Throws unless each value is its distribution's and the conditions hold among the enqueued values themselves. */
export function checkEnqueued(space: Space, fixed: Params, where: string): Params {
  const kept = buildParams(space, (name, distribution) =>
    Object.hasOwn(fixed, name) ? memberOf(distribution, fixed[name]) : undefined,
  );
  const wrong = Object.keys(fixed).find((name) => !Object.hasOwn(kept, name));
  if (wrong === undefined) return kept;
  throw new HyperparameterError({
    code: "PARAMS_OUTSIDE",
    where: `${where}, ${wrong}`,
    expected: `a value of ${show(space[wrong])} whose conditions are enqueued with it`,
    got: show(fixed[wrong]),
  });
}

/** An enqueued trial when its turn comes: its own values, and the sampler's for what they leave open. */
export async function startEnqueued(settings: Settings, ask: Ask, { params: given, why }: FrozenTrial): Promise<Start> {
  const { space } = ask;
  if (space === undefined) return { params: given, distributions: {}, why };
  const fixed = checkEnqueued(space, given, `trial ${ask.number}`);
  const complete = pointOf(space, fixed) !== null;
  const proposed = complete ? fixed : (await proposePoint(settings, requestOf(settings, ask, space))).params;
  const params = buildParams(space, (name, distribution) => {
    const source = [fixed, proposed].find((values) => Object.hasOwn(values, name));
    if (source !== undefined) return source[name];
    return drawUniform(distribution, createRng(settings.seed, ask.number, "enqueued", name));
  });
  return { params, distributions: activeSpace(space, params), why };
}
