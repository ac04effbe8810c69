import fc from "fast-check";
import {
  createRng,
  type Distribution,
  type FrozenTrial,
  type Params,
  type ParamValue,
  type Relation,
  type Space,
} from "hyperparameter-js";
import { drawUniform } from "../../../core/hyperparameter-js/src/space/distribution.js";

const choices = fc.uniqueArray(fc.constantFrom<ParamValue>("a", "b", "1", 1, 2.5, true, false, null), {
  minLength: 1,
  maxLength: 4,
});

const categorical = choices.map((each): Distribution => ({ type: "categorical", choices: each }));
const int = fc
  .record({
    low: fc.integer({ min: 1, max: 50 }),
    count: fc.integer({ min: 0, max: 4 }),
    step: fc.integer({ min: 1, max: 7 }),
  })
  .map(({ low, count, step }): Distribution => ({ type: "int", low, high: low + count * step, step }));
const logInt = fc
  .record({ low: fc.integer({ min: 1, max: 50 }), width: fc.integer({ min: 0, max: 5 }) })
  .map(({ low, width }): Distribution => ({ type: "int", low, high: low + width, log: true }));
const stepped = fc
  .record({ low: fc.integer({ min: -50, max: 50 }), count: fc.integer({ min: 0, max: 4 }) })
  .map(
    ({ low, count }): Distribution => ({ type: "float", low: low / 100, high: (low + 7 * count) / 100, step: 0.07 }),
  );
const float = fc
  .record({
    low: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    width: fc.oneof(fc.double({ min: 0, max: 1e3, noNaN: true }), fc.double({ min: 0, max: 1e-15, noNaN: true })),
    log: fc.boolean(),
  })
  .map(({ low, width, log }): Distribution => ({ type: "float", low, high: low + width, log }));

/** Conditions each parameter, by chance, on choices of categorical ones before it. */
function conditioned(distributions: readonly Distribution[], picks: readonly number[]): Space {
  return Object.fromEntries(
    distributions.map((distribution, index) => {
      const pick = picks[index] ?? 0;
      const parent = distributions[pick];
      if (parent?.type !== "categorical" || pick >= index) return [`p${index}`, distribution];
      const wanted = parent.choices.slice(0, 1 + (index % parent.choices.length));
      return [
        `p${index}`,
        { ...distribution, when: { [`p${pick}`]: wanted.length === 1 ? (wanted[0] as ParamValue) : wanted } },
      ];
    }),
  );
}

function spaceOf(distribution: fc.Arbitrary<Distribution>, maxLength: number): fc.Arbitrary<Space> {
  return fc
    .tuple(fc.array(distribution, { minLength: 1, maxLength }), fc.array(fc.nat({ max: 4 }), { maxLength }))
    .map(([distributions, picks]) => conditioned(distributions, picks));
}

export const finiteSpace = spaceOf(fc.oneof(categorical, int, logInt, stepped), 4);
export const anySpace = spaceOf(fc.oneof(categorical, int, logInt, stepped, float), 6);

export function trialWith(params: Params, number = 0): FrozenTrial {
  return {
    number,
    state: "complete",
    params,
    distributions: {},
    values: [0],
    intermediate: [],
    userAttrs: {},
    why: null,
  };
}

/** Relations over a space with at least one of its parameters in each; some may leave no point. */
export function relationsOf(space: Space): fc.Arbitrary<readonly Relation[]> {
  const names = Object.keys(space);
  const numeric = names.filter((name) => space[name]?.type !== "categorical");
  const forbidden = fc
    .subarray(names, { minLength: 1, maxLength: Math.min(2, names.length) })
    .chain((some) =>
      fc.tuple(...some.map((name) => memberIn(space[name] as Distribution).map((value) => [name, value]))),
    )
    .map((entries): Relation => ({ type: "forbidden", when: Object.fromEntries(entries) }));
  const order = fc
    .tuple(fc.shuffledSubarray(numeric, { minLength: Math.min(2, numeric.length) }), fc.boolean())
    .map(([params, strict]): Relation => ({ type: "order", params, strict }));
  const sum = fc
    .tuple(fc.shuffledSubarray(numeric, { minLength: Math.min(1, numeric.length) }), fc.integer({ min: -2, max: 2 }))
    .chain(([params, weight]) =>
      fc.tuple(...params.map((name) => memberIn(space[name] as Distribution))).map((values): Relation => {
        const weights = values.map((_, at) => (at % 2 ? weight : 1));
        const high = values.reduce<number>(
          (total, value, at) => total + (value as number) * (weights[at] as number),
          0,
        );
        return { type: "sum", params, weights, high };
      }),
    );
  const kinds = [forbidden, ...(numeric.length > 0 ? [sum] : []), ...(numeric.length > 1 ? [order] : [])];
  return fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 3 });
}

function memberIn(distribution: Distribution): fc.Arbitrary<ParamValue> {
  return fc.nat().map((seed) => drawUniform(distribution, createRng(seed)));
}
