import { HyperparameterError, show } from "../../errors.js";
import { checkKnown, checkNamed } from "../../given.js";

export interface TpeOptions {
  /** Points drawn from the good trials' density, the best of which is proposed: 1 or more. Default: 24. */
  readonly candidates?: number;
  /** Complete and pruned trials before the model is used; random points until then: 1 or more. Default: 10. */
  readonly startup?: number;
  /** One model over all parameters together; false: each parameter has its own. Default: true. */
  readonly multivariate?: boolean;
  /**
   * A model for each group of parameters that occur together, in place of the one over all parameters, which knows conditions
   * as well. Needs `multivariate`. Default: false.
   */
  readonly group?: boolean;
  /** Places where trials run count as poor until known, so that parallel trials keep apart. Default: true. */
  readonly constantLiar?: boolean;
  /** Weight of the uniform prior, where a trial has 1: above 0. More explores more. Default: 0.3. */
  readonly priorWeight?: number;
}

export type TpeSettings = Required<TpeOptions>;

const DEFAULTS: TpeSettings = {
  candidates: 24,
  startup: 10,
  multivariate: true,
  group: false,
  constantLiar: true,
  priorWeight: 0.3,
};

interface Rule {
  readonly name: keyof TpeOptions;
  readonly expected: string;
  holds(settings: TpeSettings): boolean;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isSwitch = (value: unknown): boolean => typeof value === "boolean";

const RULES: readonly Rule[] = [
  { name: "candidates", expected: "a whole number of 1 or more", holds: ({ candidates }) => isCount(candidates) },
  { name: "startup", expected: "a whole number of 1 or more", holds: ({ startup }) => isCount(startup) },
  { name: "multivariate", expected: "true or false", holds: ({ multivariate }) => isSwitch(multivariate) },
  { name: "group", expected: "true or false", holds: ({ group }) => isSwitch(group) },
  {
    name: "group",
    expected: "false, as multivariate is false",
    holds: ({ group, multivariate }) => multivariate || !group,
  },
  { name: "constantLiar", expected: "true or false", holds: ({ constantLiar }) => isSwitch(constantLiar) },
  {
    name: "priorWeight",
    expected: "a finite number above 0",
    holds: ({ priorWeight }) => Number.isFinite(priorWeight) && priorWeight > 0,
  },
];

/** Throws OPTION_INVALID. */
export function settingsOf(options: TpeOptions): TpeSettings {
  checkNamed("tpe", options);
  checkKnown("tpe", options, Object.keys(DEFAULTS));
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: TpeSettings = { ...DEFAULTS, ...given };
  const broken = RULES.find(({ holds }) => !holds(settings));
  if (broken === undefined) return settings;
  const { name, expected } = broken;
  throw new HyperparameterError({ code: "OPTION_INVALID", where: `tpe.${name}`, expected, got: show(settings[name]) });
}
