/** What a plugin provides, by contract: the one table that registration, checks and look-ups go by. */
import type { InjectionToken } from "tsyringe";
import {
  GATE,
  type Gate,
  LEARNER,
  type Learner,
  METRIC,
  type Metric,
  type PluginDefinition,
  type Provider,
  SAMPLER,
  type SamplerFactory,
  SOURCE,
  type Source,
} from "../plugin/index.js";

export interface Contracts {
  readonly learners: Learner;
  readonly metrics: Metric;
  readonly gates: Gate;
  readonly samplers: SamplerFactory;
  readonly sources: Source;
}

export type Kind = keyof Contracts;

/** Instances by contract, in the order in which the plugin lists them. */
export type Provided = { readonly [K in Kind]: readonly Contracts[K][] };

interface Contract<K extends Kind> {
  /** In messages: "the learner gbdt". */
  readonly noun: string;
  readonly token: InjectionToken<Contracts[K]>;
  readonly providers: (definition: PluginDefinition) => readonly Provider<Contracts[K]>[];
}

export const CONTRACTS: { readonly [K in Kind]: Contract<K> } = {
  learners: { noun: "learner", token: LEARNER, providers: ({ learners = [] }) => learners },
  metrics: { noun: "metric", token: METRIC, providers: ({ metrics = [] }) => metrics },
  gates: { noun: "gate", token: GATE, providers: ({ gates = [] }) => gates },
  samplers: { noun: "sampler", token: SAMPLER, providers: ({ samplers = [] }) => samplers },
  sources: { noun: "source", token: SOURCE, providers: ({ sources = [] }) => sources },
};

export const KINDS = Object.keys(CONTRACTS) as readonly Kind[];
