/** What the genetic samplers share: two members are drawn by tournament, and their child is proposed. */

import { childOf } from "../genetic/child.js";
import { type Member, populationOf, type Standing, type Survival } from "../genetic/population.js";
import { usedPoints } from "../history/used.js";
import { createRng, type Rng } from "../random/rng.js";
import { drawFresh } from "../space/points.js";
import { holds } from "../space/relations.js";
import { repair } from "../space/repair.js";
import type { Params, Proposal, ProposeRequest, Sampler } from "../types.js";
import { nearestTrials } from "./nearest.js";
import type { Settings } from "./nsgaOptions.js";
import { drawRandom } from "./random.js";

/** Children looked at for one that no trial has; after them any point that no trial has. */
const TRIES = 16;

function drawIndex({ members, ranks, room }: Standing, rng: Rng): number {
  const [a, b] = [rng.int(members.length), rng.int(members.length)];
  const byRank = (ranks[a] as number) - (ranks[b] as number);
  if (byRank !== 0) return byRank < 0 ? a : b;
  return (room[a] as number) >= (room[b] as number) ? a : b;
}

function drawParents(standing: Standing, crossoverRate: number, rng: Rng): readonly [Member, Member] {
  const { members } = standing;
  const first = drawIndex(standing, rng);
  if (rng.next() >= crossoverRate) return [members[first] as Member, members[first] as Member];
  const second = drawIndex(standing, rng);
  const other = second === first ? (first + 1 + rng.int(Math.max(1, members.length - 1))) % members.length : second;
  return [members[first] as Member, members[other] as Member];
}

interface Bred {
  readonly params: Params;
  readonly parents: readonly Member[];
}

function breed(request: ProposeRequest, standing: Standing, { crossoverRate, operators }: Settings): Bred | null {
  const { space, relations = [], seed, number } = request;
  const rng = createRng(seed, number, "nsga");
  const used = usedPoints(request);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const parents = drawParents(standing, crossoverRate, rng);
    const child = childOf(space, parents, rng, operators);
    const params = holds(relations, child) ? child : repair(space, relations, child, rng);
    if (params !== null && !used(params)) return { params, parents };
  }
  const params = drawFresh(space, used, rng, relations);
  return params === null ? null : { params, parents: [] };
}

function propose(name: string, request: ProposeRequest, bred: Bred | null): Proposal {
  const params = bred?.params ?? drawRandom(request, "random");
  if (bred === null || bred.parents.length === 0) {
    const rule = bred === null ? `${name}-startup` : `${name}-unseen`;
    return { params, why: { rule, nearest: nearestTrials(request.space, params, request.trials) } };
  }
  const parents = [...new Set(bred.parents.map(({ trial }) => trial.number))];
  return { params, why: { rule: name, nearest: parents, note: "nearest: its parents" } };
}

export function geneticSampler(name: string, settings: Settings, survive: Survival): Sampler {
  const populationAt = populationOf(settings.sizes, survive);
  return {
    name,
    propose(request) {
      const standing = populationAt(request);
      return propose(name, request, standing.members.length > 0 ? breed(request, standing, settings) : null);
    },
  };
}
