import { expect, it } from "@jest/globals";
import { Ajv } from "ajv";
import {
  autoSampler,
  cmaesSampler,
  createRng,
  drawPoint,
  type FrozenTrial,
  gpSampler,
  gridSampler,
  haltonSampler,
  type ProposeRequest,
  randomSampler,
  type Sampler,
  type Space,
  sobolSampler,
  tpeSampler,
} from "hyperparameter-js";
import type { Json, SamplerFactory } from "../../../core/plugin/index.js";
import samplers from "../../../plugins/samplers/samplers.js";

const SPACE: Space = {
  rate: { type: "float", low: 0.001, high: 1, log: true },
  depth: { type: "int", low: 1, high: 9 },
};

function trial(number: number): FrozenTrial {
  const params = drawPoint(SPACE, createRng(3, "spec", number));
  const values = [Number(params.rate) + Number(params.depth)];
  return {
    number,
    state: "complete",
    params,
    distributions: SPACE,
    values,
    intermediate: [],
    userAttrs: {},
    why: null,
  };
}

const REQUEST: ProposeRequest = {
  space: SPACE,
  trials: Array.from({ length: 12 }, (_, number) => trial(number)),
  running: [],
  directions: ["minimize"],
  number: 12,
  seed: 9,
};

function factory(name: string): SamplerFactory {
  for (const provider of samplers.samplers ?? []) {
    const made = "useFactory" in provider ? provider.useFactory(undefined as never) : null;
    if (made?.name === name) return made;
  }
  throw new Error(`no sampler ${name}`);
}

type Options = { readonly [key: string]: Json };

function proposed(name: string, options: Options = {}) {
  return factory(name).create(options).propose(REQUEST);
}

const LIBRARY: Readonly<Record<string, () => Sampler>> = {
  auto: autoSampler,
  random: randomSampler,
  sobol: sobolSampler,
  halton: haltonSampler,
  grid: () => gridSampler({ points: { rate: 5 } }),
  tpe: tpeSampler,
  gp: gpSampler,
  cmaes: cmaesSampler,
};

/** Without these there is no grid over the floats of the space. */
const NEEDED: Readonly<Record<string, Options>> = { grid: { points: { rate: 5 } } };

it.each(Object.entries(LIBRARY))(
  "%s proposes as the library's does, with the defaults its schema tells",
  async (name, create) => {
    const { properties } = factory(name).options as { properties: Record<string, { default?: Json }> };
    const told = Object.entries(properties).filter(([, schema]) => schema.default !== undefined);
    const defaults = Object.fromEntries(told.map(([option, schema]) => [option, schema.default as Json]));
    const wanted = await create().propose(REQUEST);
    expect(await proposed(name, NEEDED[name])).toEqual(wanted);
    expect(await proposed(name, { ...defaults, ...NEEDED[name] })).toEqual(wanted);
  },
);

it.each<readonly [string, Options, () => Sampler]>([
  [
    "tpe",
    { candidates: 2, constant_liar: false, prior_weight: 2 },
    () => tpeSampler({ candidates: 2, constantLiar: false, priorWeight: 2 }),
  ],
  ["tpe", { multivariate: false }, () => tpeSampler({ multivariate: false })],
  ["gp", { startup: 13 }, () => gpSampler({ startup: 13 })],
  [
    "cmaes",
    { sigma: 0.4, population: 9, restarts: "none" },
    () => cmaesSampler({ sigma: 0.4, population: 9, restarts: "none" }),
  ],
  [
    "grid",
    { points: { rate: [0.01, 0.1] }, order: "given" },
    () => gridSampler({ points: { rate: [0.01, 0.1] }, order: "given" }),
  ],
])("%s hands its options %j on", async (name, options, create) => {
  const wanted = await create().propose(REQUEST);
  expect(await proposed(name, options)).toEqual(wanted);
  expect(await proposed(name, NEEDED[name])).not.toEqual(wanted);
});

it.each([
  ["tpe", { candidates: 0 }],
  ["tpe", { startup: 1.5 }],
  ["tpe", { candidate: 12 }],
  ["tpe", { prior_weight: 0 }],
  ["gp", { deterministic: "yes" }],
  ["cmaes", { population: 3 }],
  ["grid", { points: { rate: [] } }],
  ["random", { startup: 3 }],
  ["auto", { startup: 3 }],
])("the schema of %s refuses %j", (name, options) => {
  const { options: schema } = factory(name);
  expect(new Ajv().validate(schema, {})).toBe(true);
  expect(new Ajv().validate(schema, options)).toBe(false);
});
