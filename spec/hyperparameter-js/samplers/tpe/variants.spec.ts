import fc from "fast-check";
import {
  activeSpace,
  contains,
  createRng,
  createStudy,
  type Direction,
  drawPoint,
  type FrozenTrial,
  type Params,
  type ProposeRequest,
  type Relation,
  randomSampler,
  type Sampler,
  type Space,
  type TpeOptions,
  type TrialState,
  tpeSampler,
} from "hyperparameter-js";
import { hypervolumeOf } from "../../../../core/hyperparameter-js/src/pareto/hypervolume.js";
import { blocksOf } from "../../../../core/hyperparameter-js/src/samplers/tpe/blocks.js";
import { holds } from "../../../../core/hyperparameter-js/src/space/relations.js";
import { anySpace } from "../../space/arbitrary.js";
import { CONDITIONAL } from "../problems.js";
import { trial } from "../trials.js";

const SQUARE: Space = { x: { type: "float", low: 0, high: 1 }, y: { type: "float", low: 0, high: 1 } };

function drawn(space: Space, count: number, of: (params: Params) => readonly number[]): FrozenTrial[] {
  return Array.from({ length: count }, (_, number) => {
    const params = drawPoint(space, createRng(7, number));
    return { ...trial(number, "complete", 0, { params }), values: of(params) };
  });
}

function request(space: Space, trials: readonly FrozenTrial[], more: Partial<ProposeRequest> = {}): ProposeRequest {
  return { space, trials, running: [], directions: ["minimize"], number: trials.length, seed: 3, ...more };
}

const VARIANTS: readonly TpeOptions[] = [{}, { multivariate: false }, { group: true }, { constantLiar: false }];

describe("any variant", () => {
  const state = fc.constantFrom<TrialState>("complete", "complete", "complete", "pruned", "failed", "stale");
  const cases = fc.record({
    space: anySpace,
    states: fc.array(state, { minLength: 4, maxLength: 30 }),
    directions: fc.constantFrom<Direction[]>(["minimize"], ["maximize"], ["minimize", "maximize"]),
    options: fc.constantFrom(...VARIANTS),
    lag: fc.integer({ min: 0, max: 3 }),
  });

  it("proposes the same from a history that grew under it as from a copy, and always a point of the space", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ space, states, directions, options, lag }) => {
        const all = states.map((each, number): FrozenTrial => {
          const rng = createRng(number, "grown");
          const params = drawPoint(space, rng);
          const values = each === "complete" ? directions.map(() => rng.int(5)) : null;
          const constraints = number % 3 === 0 ? [rng.int(3) - 1] : [];
          return {
            ...trial(number, each, 0, { params, distributions: activeSpace(space, params), constraints }),
            values,
          };
        });
        const sampler = tpeSampler({ ...options, startup: 3, candidates: 8 });
        const grown: FrozenTrial[] = [];
        for (const [number, next] of all.entries()) {
          const running = all
            .slice(number, number + lag)
            .map((each): FrozenTrial => ({ ...each, state: "running", values: null }));
          const more = { directions, running, duplicates: true };
          const proposal = await sampler.propose(request(space, grown, more));
          expect(contains(space, proposal.params)).toBe(true);
          expect(
            await tpeSampler({ ...options, startup: 3, candidates: 8 }).propose(
              request({ ...space }, [...grown], more),
            ),
          ).toEqual(proposal);
          grown.push(next);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("running trials", () => {
  it("are left out without the constant liar", async () => {
    const trials = drawn(SQUARE, 20, ({ x, y }) => [(x as number) + (y as number)]);
    const running = [trial(20, "running", null, { params: { x: 0.1, y: 0.1 } })];
    const propose = (sampler: Sampler, open: readonly FrozenTrial[]) =>
      sampler.propose(request(SQUARE, trials, { running: open }));
    const honest = tpeSampler({ constantLiar: false });
    expect(await propose(honest, running)).toEqual(await propose(honest, []));
    expect(await propose(tpeSampler(), running)).not.toEqual(await propose(tpeSampler(), []));
  });
});

describe("relations", () => {
  it("hold in what is proposed", async () => {
    const relations: readonly Relation[] = [
      { type: "order", params: ["x", "y"] },
      { type: "sum", params: ["x", "y"], high: 1 },
    ];
    // Most of the good points break them.
    const trials = drawn(SQUARE, 60, ({ x, y }) => [(y as number) - (x as number)]);
    for (const options of VARIANTS)
      for (let number = 60; number < 80; number++) {
        const proposal = await tpeSampler(options).propose(request(SQUARE, trials, { relations, number }));
        expect(holds(relations, proposal.params)).toBe(true);
      }
  });
});

describe("constraints", () => {
  it("turn the search to where they hold", async () => {
    const trials = drawn(SQUARE, 60, ({ x }) => [x as number]).map((each) => ({
      ...each,
      constraints: [0.6 - (each.params.x as number)],
    }));
    const proposed = (history: readonly FrozenTrial[]) =>
      Promise.all(
        Array.from({ length: 20 }, async (_, more) => {
          const { params } = await tpeSampler().propose(request(SQUARE, history, { number: 60 + more }));
          return params.x as number;
        }),
      );
    const share = (xs: readonly number[]) => xs.filter((x) => x >= 0.55).length;
    expect(share(await proposed(trials))).toBeGreaterThanOrEqual(16);
    expect(share(await proposed(trials.map(({ constraints: _, ...each }) => each)))).toBeLessThanOrEqual(4);
  });
});

describe("groups", () => {
  it("are the parameters that trials have together or not at all", () => {
    const trials = drawn(CONDITIONAL.space, 40, () => [0]);
    const names = Object.keys(CONDITIONAL.space);
    const blocks = (options: { multivariate: boolean; group: boolean }) =>
      blocksOf(trials, CONDITIONAL.space, options).map((block) => block.map((at) => names[at]).join());
    expect(blocks({ multivariate: true, group: true }).sort()).toEqual(["depth", "l2", "learner", "rate", "size"]);
    expect(blocks({ multivariate: true, group: false })).toEqual(["learner,l2,depth,rate,size"]);
    const pair: Space = { ...SQUARE, z: { type: "float", low: 0, high: 1 } };
    const half = [
      trial(0, "complete", 0, { params: { x: 0, y: 0 } }),
      trial(1, "complete", 0, { params: { x: 1, y: 0, z: 0 } }),
    ];
    expect(blocksOf(half, pair, { multivariate: true, group: true })).toEqual([[0, 1], [2]]);
  });
});

describe("several objectives", () => {
  const SPACE: Space = Object.fromEntries(
    Array.from({ length: 6 }, (_, k) => [`x${k}`, { type: "float", low: 0, high: 1 }]),
  );

  /** ZDT1 (Zitzler, Deb and Thiele, 2000). */
  function zdt1(params: Params): readonly [number, number] {
    const [first = 0, ...others] = Object.keys(SPACE).map((name) => params[name] as number);
    const g = 1 + (9 * others.reduce((sum, x) => sum + x, 0)) / others.length;
    return [first, g * (1 - Math.sqrt(first / g))];
  }

  async function volume(sampler: Sampler): Promise<number> {
    const study = await createStudy({ space: SPACE, seed: 1, directions: ["minimize", "minimize"], sampler });
    await study.optimize(({ params }) => [...zdt1(params as Params)], { nTrials: 80 });
    return hypervolumeOf(
      study.bestTrials.map(({ values }) => values as readonly number[]),
      [1.1, 8],
    );
  }

  it("dominate more than random points do", async () => {
    expect(8 * 1.1 - (await volume(tpeSampler()))).toBeLessThan(0.6 * (8 * 1.1 - (await volume(randomSampler()))));
  });
});
