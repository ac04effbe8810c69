/**
 * The problems that samplers are measured on, all to be minimised. `TUNING` and the tables are for choosing rules and
 * constants; `HELD_BACK` is for judging what was chosen, and for nothing else.
 */
import { continuous, moved, noisy } from "./continuous.mjs";
import * as formulas from "./formulas.mjs";
import { branches, choices, interacting, mixed6, ordinal, twoBranches } from "./mixed.mjs";
import { readTables } from "./tables.mjs";

const { ackley, ellipsoid, rosenbrock } = formulas;
const inGroup = (group, problems) => problems.map((problem) => ({ truth: problem.value, ...problem, group }));

/**
 * The five of the goals' table, then what they lack: Ackley with its minimum away from the middle of the box, noise, a
 * condition, only choices, many dimensions.
 */
export const TUNING = inGroup("tuning", [
  continuous("branin", formulas.branin),
  continuous("hartmann-6", formulas.hartmann6),
  continuous("rosenbrock-5", rosenbrock(5)),
  continuous("ackley-5", ackley(5)),
  mixed6,
  { ...continuous("ackley-5", moved(ackley(5), { key: 21 })), name: "moved-ackley-5" },
  noisy(continuous("branin", formulas.branin), 0.5),
  twoBranches,
  choices,
  continuous("ellipsoid-20", moved(ellipsoid(20), { key: 5 })),
]);

/** Seven measured tables, or null where the data is absent. */
export function tables() {
  const problems = readTables();
  return problems && inGroup("tables", problems);
}

export const HELD_BACK = inGroup("held-back", [
  continuous("levy-4", formulas.levy(4)),
  continuous("styblinski-tang-5", formulas.styblinskiTang(5)),
  continuous("rastrigin-4", formulas.rastrigin(4)),
  continuous("griewank-6", formulas.griewank(6)),
  continuous("michalewicz-5", formulas.michalewicz5),
  continuous("hartmann-3", formulas.hartmann3),
  continuous("shekel-10", formulas.shekel),
  continuous("six-hump-camel", formulas.sixHumpCamel),
  continuous("dixon-price-4", formulas.dixonPrice(4)),
  continuous("shifted-ackley-5", moved(ackley(5), { key: 1 })),
  continuous("rotated-ackley-4", moved(ackley(4), { key: 2, rotated: true })),
  continuous("shifted-rosenbrock-3", moved(rosenbrock(3), { key: 3 })),
  continuous("rotated-rosenbrock-5", moved(rosenbrock(5), { key: 4, rotated: true })),
  noisy(continuous("hartmann-6", formulas.hartmann6), 0.1),
  interacting,
  branches,
  ordinal,
]);
