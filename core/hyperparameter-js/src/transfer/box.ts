/** The part of a space in which earlier studies found their best points (Perrone et al., NeurIPS 2019). */

import type { Relations } from "../space/relations.js";
import type { Distribution, Params, ParamValue, Space } from "../types.js";

function boxed(distribution: Distribution, values: readonly ParamValue[]): Distribution {
  if (distribution.type === "categorical")
    return { ...distribution, choices: distribution.choices.filter((choice) => values.includes(choice)) };
  const numbers = values as readonly number[];
  return { ...distribution, low: Math.min(...numbers), high: Math.max(...numbers) };
}

/** Parameters on which others depend keep their range: a condition or relation may need any of it. */
function needed(space: Space, relations: Relations): ReadonlySet<string> {
  const parents = Object.values(space).flatMap(({ when = {} }) => Object.keys(when));
  const related = relations.flatMap((relation) =>
    relation.type === "forbidden" ? Object.keys(relation.when) : relation.params,
  );
  return new Set([...parents, ...related]);
}

/** Each range from the least to the largest value among the points, and only the choices that they have. */
export function boxOf(space: Space, points: readonly Params[], relations: Relations = []): Space {
  const whole = needed(space, relations);
  const entries = Object.entries(space).map(([name, distribution]) => {
    const values = points.flatMap((point) => (Object.hasOwn(point, name) ? [point[name] as ParamValue] : []));
    const kept = whole.has(name) || values.length === 0;
    return [name, kept ? distribution : boxed(distribution, values)] as const;
  });
  return Object.fromEntries(entries);
}
