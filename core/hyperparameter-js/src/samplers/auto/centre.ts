/** The middle of the space as a sampler: its numbers on their (log) axis; choices, of which none is in the middle, drawn. */
import { createRng } from "../../random/rng.js";
import { buildParams } from "../../space/conditions.js";
import { axisOf, drawUniform } from "../../space/distribution.js";
import type { Sampler } from "../../types.js";

export const CENTRE: Sampler = {
  name: "centre",
  propose({ space, seed, number }) {
    const rng = createRng(seed, number, "centre");
    const params = buildParams(space, (_, distribution) => {
      if (distribution.type === "categorical") return drawUniform(distribution, rng);
      const { low, high, decode } = axisOf(distribution);
      return decode((low + high) / 2);
    });
    return { params, why: { rule: "centre" } };
  },
};
