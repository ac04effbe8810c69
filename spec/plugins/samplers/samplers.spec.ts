import { expect, it } from "@jest/globals";
import { Ajv } from "ajv";
import {
  createRng,
  drawPoint,
  type FrozenTrial,
  type ProposeRequest,
  randomSampler,
  type Space,
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

function proposed(name: string, options: { readonly [key: string]: Json } = {}) {
  return factory(name).create(options).propose(REQUEST);
}

it("random draws as the library does", () => {
  expect(proposed("random")).toEqual(randomSampler().propose(REQUEST));
});

it("tpe hands its options on", () => {
  const options = { candidates: 1, startup: 3 };
  expect(proposed("tpe", options)).toEqual(tpeSampler(options).propose(REQUEST));
  expect(proposed("tpe", options)).not.toEqual(proposed("tpe"));
});

it("the defaults that tpe's schema tells are those that it has", () => {
  const { properties } = factory("tpe").options as { properties: Record<string, { default: number }> };
  const told = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema.default]));
  expect(proposed("tpe", told)).toEqual(proposed("tpe"));
  const late = { ...told, startup: REQUEST.trials.length + 1 };
  expect(proposed("tpe", late)).not.toEqual(proposed("tpe"));
});

it("auto is tpe", () => {
  expect(proposed("auto")).toEqual(proposed("tpe"));
});

it.each([
  ["tpe", { candidates: 0 }],
  ["tpe", { startup: 1.5 }],
  ["tpe", { candidate: 12 }],
  ["random", { startup: 3 }],
  ["auto", { startup: 3 }],
])("the schema of %s refuses %j", (name, options) => {
  const { options: schema } = factory(name);
  expect(new Ajv().validate(schema, {})).toBe(true);
  expect(new Ajv().validate(schema, options)).toBe(false);
});
