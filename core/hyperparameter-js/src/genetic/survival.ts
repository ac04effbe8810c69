/** Which members of a generation live on: Deb, Pratap, Agarwal and Meyarivan, IEEE TEC 6, 2002, §III-C. */
import { violationsOf } from "../history/violation.js";
import { constrainedRanks } from "../pareto/constraints.js";
import { thinByCrowding } from "../pareto/crowding.js";
import { groupByRank } from "../pareto/ranks.js";
import type { Member, Standing } from "./population.js";

/** Indexes of members by rank under constrained domination, best first. */
export function frontsOf(members: readonly Member[]): readonly (readonly number[])[] {
  const violations = violationsOf(members.map(({ trial }) => trial));
  const points = members.map(({ values }) => values);
  return groupByRank(constrainedRanks(points, violations));
}

/** Whole fronts while they fit; the next one is thinned where it is crowded. */
export function surviveByCrowding(members: readonly Member[], capacity: number): Standing {
  const kept: Member[] = [];
  const ranks: number[] = [];
  const room: number[] = [];
  for (const [rank, front] of frontsOf(members).entries()) {
    if (kept.length === capacity) break;
    const values = front.map((index) => (members[index] as Member).values);
    const thinned = thinByCrowding(values, Math.min(front.length, capacity - kept.length));
    thinned.kept.forEach((at, place) => {
      kept.push(members[front[at] as number] as Member);
      ranks.push(rank);
      room.push(thinned.distances[place] as number);
    });
  }
  return { members: kept, ranks, room };
}
