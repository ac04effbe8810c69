/** The middle of the space as a sampler: its numbers on their (log) axis; choices, of which none is in the middle, drawn. */
import { createRng } from "../../random/rng.js";
import { buildParams } from "../../space/conditions.js";
import { axisOf, drawUniform } from "../../space/distribution.js";
import type { Sampler } from "../../types.js";
import { takeCandidate } from "../candidates.js";

/** Draws of the choices to have a point that relations allow; then it is moved to where they do. */
const TRIES = 8;

export const CENTRE: Sampler = {
  name: "centre",
  propose(request) {
    const { space, seed, number } = request;
    const rng = createRng(seed, number, "centre");
    const { params } = takeCandidate(request, TRIES, rng, () =>
      buildParams(space, (_, distribution) => {
        if (distribution.type === "categorical") return drawUniform(distribution, rng);
        const { low, high, decode } = axisOf(distribution);
        return decode((low + high) / 2);
      }),
    );
    return { params, why: { rule: "centre" } };
  },
};
