/** Values from elsewhere as a point of a space. */
import { checkNamed } from "../given.js";
import type { Distribution, Params, ParamValue, Space } from "../types.js";
import { buildParams } from "./conditions.js";
import { axisOf } from "./distribution.js";
import { nearestMember } from "./neighbours.js";

/** The middle of a numeric axis, the first of the choices. */
function middleOf(distribution: Distribution): ParamValue {
  if (distribution.type === "categorical") return distribution.choices[0] as ParamValue;
  const { low, high, decode } = axisOf(distribution);
  return decode((low + high) / 2);
}

function nearestValue(distribution: Distribution, value: ParamValue): ParamValue | undefined {
  if (distribution.type === "categorical") return distribution.choices.find((choice) => choice === value);
  return typeof value === "number" ? nearestMember(distribution, value) : undefined;
}

/**
 * The point of the space that is nearest to these values: numbers go to the nearest one that there is, names that the
 * space doesn't have are left out, and where there is no value it is the middle of the (log) axis or the first choice.
 * Null where a choice isn't there. Relations are not looked at.
 */
export function nearestPoint(space: Space, values: Params): Params | null {
  checkNamed("nearestPoint.space", space);
  checkNamed("nearestPoint.values", values);
  let isThere = true;
  const point = buildParams(space, (name, distribution) => {
    const given = Object.hasOwn(values, name);
    const value = given ? nearestValue(distribution, values[name] as ParamValue) : middleOf(distribution);
    if (value === undefined) isThere = false;
    return value;
  });
  return isThere ? point : null;
}
