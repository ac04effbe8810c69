/** Which points have been tried, as far as they can come twice: with a float without step among them they don't. */
import { sizeOf } from "../space/distribution.js";
import { pointKey } from "../space/points.js";
import type { Params, ProposeRequest, Space } from "../types.js";
import { foldTrials } from "./fold.js";

/** Points that must not be proposed again. */
export type Used = (params: Params) => boolean;

function canRepeat(space: Space, params: Params): boolean {
  for (const name in params) {
    const distribution = space[name];
    if (distribution !== undefined && !Number.isFinite(sizeOf(distribution))) return false;
  }
  return true;
}

const endedKeys = foldTrials(
  (space: Space) => ({ space, keys: new Set<string>() }),
  ({ space, keys }, { state, params }) => {
    if (state !== "stale" && canRepeat(space, params)) keys.add(pointKey(params));
  },
);

type Asked = Pick<ProposeRequest, "space" | "trials" | "running" | "duplicates">;

/** Nothing is used where duplicates were asked for. A stale trial leaves its point unused. */
export function usedPoints({ space, trials, running, duplicates }: Asked): Used {
  if (duplicates === true) return () => false;
  const { keys: ended } = endedKeys(trials, space);
  const open = new Set(running.map(({ params }) => pointKey(params)));
  return (params) => {
    if (!canRepeat(space, params)) return false;
    const key = pointKey(params);
    return ended.has(key) || open.has(key);
  };
}
