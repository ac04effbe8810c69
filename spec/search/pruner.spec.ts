import { PRUNERS } from "../../core/recipe/pruners.js";
import { createPruner } from "../../core/search/pruner.js";

interface Option {
  readonly default?: number | string;
  readonly minimum?: number;
}

/** Each option at its default, else at its least value, else at 1. */
function optionsOf(properties: unknown): Record<string, number | string> {
  const entries = Object.entries(properties as Readonly<Record<string, Option>>);
  return Object.fromEntries(entries.map(([name, { default: byDefault, minimum = 1 }]) => [name, byDefault ?? minimum]));
}

describe("pruners of a recipe", () => {
  it.each(PRUNERS.map((pruner) => [pruner.name, pruner] as const))(
    "%s is made with all its options",
    (name, pruner) => {
      const made = createPruner({ kind: name, ...optionsOf(pruner.options.properties) });
      expect(made.name).toBe(name);
    },
  );

  it("hands every option to the library", () => {
    const out = (kind: string, options: Readonly<Record<string, number | string>>) => () =>
      createPruner({ kind, ...options });
    for (const [kind, option] of [
      ["median", "startup_trials"],
      ["median", "warmup_steps"],
      ["percentile", "interval_steps"],
      ["percentile", "min_trials"],
      ["percentile", "percentile"],
      ["successive_halving", "min_resource"],
      ["successive_halving", "reduction_factor"],
      ["successive_halving", "early_stopping_rate"],
      ["hyperband", "max_resource"],
      ["hyperband", "bootstrap_trials"],
      ["wilcoxon", "alpha"],
    ] as const)
      expect(out(kind, { [option]: -1 })).toThrow("OPTION_INVALID");
    expect(out("patient", { wraps: "median", patience: 1, min_delta: -1 })).toThrow("patient.minDelta");
    expect(out("patient", { wraps: "median", patience: -1 })).toThrow("patient.patience");
    expect(out("threshold", { lower: 2, upper: 1 })).toThrow("threshold.upper");
  });

  it("refuses a name that no recipe has", () => {
    expect(() => createPruner({ kind: "hasty" })).toThrow("no pruner hasty");
  });
});
