/** A study's own copy of the space that it was given, so that what the caller does with his changes nothing. */
import { sameDistribution } from "../space/distribution.js";
import { validateSpace } from "../space/validate.js";
import type { Distribution, Space } from "../types.js";

const copies = new WeakMap<Space, Space>();

function sameConditions(a: Distribution, b: Distribution): boolean {
  return a.when === b.when || JSON.stringify(a.when) === JSON.stringify(b.when);
}

function isCopy(copy: Space, space: Space): boolean {
  const names = Object.keys(space);
  const own = Object.keys(copy);
  return (
    names.length === own.length &&
    names.every((name, at) => {
      const [a, b] = [copy[name], space[name]];
      return name === own[at] && a !== undefined && b !== undefined && sameDistribution(a, b) && sameConditions(a, b);
    })
  );
}

/**
 * A valid space as a frozen copy: the same one for the same object, while that says the same, so that what is kept by the
 * space is found again. Throws where the space can't be drawn from.
 */
export function ownSpace(space: Space): Space {
  const known = copies.get(space);
  if (known !== undefined && isCopy(known, space)) return known;
  validateSpace(space);
  const copy = Object.freeze(JSON.parse(JSON.stringify(space)) as Space);
  copies.set(space, copy);
  return copy;
}
