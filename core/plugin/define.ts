import type { DependencyContainer, InjectionToken } from "tsyringe";
import type { Gate } from "./gate.js";
import type { Learner } from "./learner.js";
import type { Metric } from "./metric.js";
import type { SamplerFactory } from "./sampler.js";
import type { Source } from "./source.js";

/** The version of the contracts in this folder. A plugin made for another major version is refused by name. */
export const CONTRACT = 1;

export const LEARNER: InjectionToken<Learner> = Symbol.for("sous:Learner");
export const SAMPLER: InjectionToken<SamplerFactory> = Symbol.for("sous:Sampler");
export const METRIC: InjectionToken<Metric> = Symbol.for("sous:Metric");
export const GATE: InjectionToken<Gate> = Symbol.for("sous:Gate");
export const SOURCE: InjectionToken<Source> = Symbol.for("sous:Source");

/** How one contract is filled: a class (decorated or with no constructor parameters), or a factory. */
export type Provider<T> =
  | { readonly useClass: new (...args: never[]) => T }
  | { readonly useFactory: (container: DependencyContainer) => T };

export interface PluginContext {
  /** The plugin's own child container; what it registers here nobody else sees. */
  readonly container: DependencyContainer;
  /** The folder of the plugin's file, or null for a built-in one. */
  readonly folder: string | null;
}

/**
 * A plugin: what it provides, and its life: construct (import, no side effects) → configure → start → dispose.
 * `dispose` is also called when a later step fails, and after it the `dispose()` of every instance that has one.
 */
export interface PluginDefinition {
  readonly name: string;
  readonly version: string;
  readonly contract?: number;
  readonly learners?: readonly Provider<Learner>[];
  readonly samplers?: readonly Provider<SamplerFactory>[];
  readonly metrics?: readonly Provider<Metric>[];
  readonly gates?: readonly Provider<Gate>[];
  readonly sources?: readonly Provider<Source>[];
  configure?(context: PluginContext): void | Promise<void>;
  start?(): void | Promise<void>;
  dispose?(): void | Promise<void>;
}

export interface Plugin extends PluginDefinition {
  readonly $sous: typeof CONTRACT;
}

/** Marks a definition as a plugin; a plugin's module exports the result as its default. */
export function definePlugin(definition: PluginDefinition): Plugin {
  return Object.freeze({ ...definition, $sous: CONTRACT });
}
