import type { Sampler } from "hyperparameter-js";
import type { Json } from "../json.js";

/** Makes a sampler of `hyperparameter-js` from the options that a recipe's `search.sampler` carries beside `kind`. */
export interface SamplerFactory {
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  create(options: { readonly [key: string]: Json }): Sampler;
}
