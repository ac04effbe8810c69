/** The samplers of `hyperparameter-js`, by the names that a recipe's `search.sampler` gives them. */
import { randomSampler, tpeSampler } from "hyperparameter-js";
import { definePlugin, type SamplerFactory } from "../../core/plugin/index.js";

const random: SamplerFactory = {
  name: "random",
  options: { type: "object", properties: {}, additionalProperties: false },
  create: randomSampler,
};

const tpe: SamplerFactory = {
  name: "tpe",
  options: {
    type: "object",
    properties: {
      candidates: {
        type: "integer",
        minimum: 1,
        default: 24,
        description: "Points drawn from the density of good trials, the best of which is proposed.",
      },
      startup: {
        type: "integer",
        minimum: 1,
        default: 10,
        description: "Trials that have ended before the model is used; random points until then.",
      },
    },
    additionalProperties: false,
  },
  create: (options) => tpeSampler(options),
};

/** What suits most recipes, and free to become another sampler in a later version: name one to stay with it. */
const auto: SamplerFactory = {
  name: "auto",
  options: { type: "object", properties: {}, additionalProperties: false },
  create: () => tpeSampler(),
};

export default definePlugin({
  name: "samplers",
  version: "1.0.0",
  samplers: [random, tpe, auto].map((sampler) => ({ useFactory: () => sampler })),
});
