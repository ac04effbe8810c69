import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  activeSpace,
  createRng,
  createStudy,
  type Distribution,
  drawPoint,
  type FrozenTrial,
  fromOptunaJournal,
  type OptunaStudy,
  type Space,
  toOptunaJournal,
} from "hyperparameter-js";
import { textOf } from "../../../core/hyperparameter-js/src/conformance/finding.js";
import { describeStudy, readDescription } from "../../benchmarks/peers/optuna.mjs";
import { anySpace, trialWith } from "../space/arbitrary.js";

const FIXTURES = join(import.meta.dirname, "../../fixtures/optuna");
const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith(".journal"));
const textIn = (name: string) => readFileSync(join(FIXTURES, name), "utf8");

const op = (code: number, fields: object) => JSON.stringify({ op_code: code, worker_id: "w", ...fields });
const STUDY = op(0, { study_name: "s", directions: [1] });
const TRIAL = op(4, { study_id: 0, datetime_start: "2026-01-01T00:00:00.000000" });
const param = (name: string, value: unknown, distribution: string, attributes: object) =>
  op(5, {
    trial_id: 0,
    param_name: name,
    param_value_internal: value,
    distribution: JSON.stringify({ name: distribution, attributes }),
  });
const trialsOf = (...lines: readonly string[]) =>
  fromOptunaJournal(lines.map((line) => `${line}\n`).join(""))[0]?.trials ?? [];

function withoutConditions(space: Space): Space {
  return Object.fromEntries(
    Object.entries(space).map(([name, { when: _, ...rest }]): [string, Distribution] => [name, rest]),
  );
}

describe("a journal that Optuna wrote", () => {
  it.each(fixtures)("%s, is read as Optuna itself reads it", (name) => {
    const read = fromOptunaJournal(textIn(name));
    expect(read.map(describeStudy)).toEqual(readDescription(textIn(name.replace(".journal", ".json"))));
    expect(read.map((study) => study.name)).toEqual(["single", "several"]);
  });

  it.each(fixtures)("%s, goes through a study here and out again", async (name) => {
    for (const { trials, directions, ...rest } of fromOptunaJournal(textIn(name))) {
      const study = await createStudy({ directions });
      for (const trial of trials) {
        const { number: _, ...added } = trial;
        if (trial.state !== "waiting" && trial.state !== "running") await study.addTrial(added);
      }
      const written = { ...rest, directions, trials: study.trials };
      const [again] = fromOptunaJournal(toOptunaJournal(written)) as [OptunaStudy];
      expect(textOf(again.trials)).toBe(textOf(study.trials));
      expect(describeStudy(again)).toEqual(describeStudy(written));
    }
  });

  it("cut in its last line is read up to there; a broken line before it is an error with its number", () => {
    const text = textIn("v5.0.0.journal");
    const lines = text.trimEnd().split("\n");
    const cut = text.slice(0, -20);
    expect(describeAll(cut)).toEqual(describeAll(`${lines.slice(0, -1).join("\n")}\n`));
    expect(describeAll(text.replaceAll("\n", "\n\n"))).toEqual(describeAll(text));
    lines[4] = "{";
    expect(() => fromOptunaJournal(lines.join("\n"))).toThrow(
      'line 5: expected a line of JSON, got "{" (IMPORT_INVALID)',
    );
  });

  it("may have the distributions of Optuna 2, and choices that Python tells apart and JSON doesn't", () => {
    const [trial] = trialsOf(
      STUDY,
      TRIAL,
      param("a", 0.5, "UniformDistribution", { low: 0, high: 1 }),
      param("b", 0.5, "LogUniformDistribution", { low: 0.1, high: 1 }),
      param("c", 0.5, "DiscreteUniformDistribution", { low: 0, high: 1, q: 0.5 }),
      param("d", 2, "IntUniformDistribution", { low: 0, high: 4, step: 2 }),
      param("e", 2, "IntLogUniformDistribution", { low: 1, high: 4, step: 1 }),
      param("f", 2, "CategoricalDistribution", { choices: [1, 1.0, "x"] }),
    );
    expect(trial?.params).toEqual({ a: 0.5, b: 0.5, c: 0.5, d: 2, e: 2, f: "x" });
    expect(trial?.distributions).toEqual({
      a: { type: "float", low: 0, high: 1 },
      b: { type: "float", low: 0.1, high: 1, log: true },
      c: { type: "float", low: 0, high: 1, step: 0.5 },
      d: { type: "int", low: 0, high: 4, step: 2 },
      e: { type: "int", low: 1, high: 4, log: true },
      f: { type: "categorical", choices: [1, "x"] },
    });
  });

  it("is replayed with what Optuna passes over passed over", () => {
    const late = op(8, { trial_id: 0, user_attr: { late: 1 } });
    const [trial] = trialsOf(
      STUDY,
      STUDY,
      op(3, { study_id: 0, system_attr: { x: 1 } }),
      op(10, { study_id: 0, trial_ids: [0] }),
      TRIAL,
      param("x", 1, "IntDistribution", { low: 0, high: 4, step: 1, log: false }),
      param("x", 0.5, "FloatDistribution", { low: 0, high: 4, step: null, log: false }),
      op(9, { trial_id: 0, system_attr: { "constraints:b": 2 } }),
      op(9, { trial_id: 0, system_attr: { constraints: [-1, 0] } }),
      op(6, { trial_id: 0, state: 1, values: [3], datetime_complete: "2026-01-01T00:00:00.000000" }),
      late,
      op(8, { trial_id: 7, user_attr: { late: 1 } }),
      op(4, { study_id: 9, datetime_start: null }),
    );
    expect(trial).toMatchObject({ state: "complete", values: [3], params: { x: 1 }, constraints: [-1, 0, 2] });
    expect(trial?.userAttrs).toEqual({});
  });

  it("takes a complete trial without a number for a failed one", () => {
    const end = `{"op_code":6,"worker_id":"w","trial_id":0,"state":1,"values":[NaN]}`;
    expect(trialsOf(STUDY, TRIAL, end)[0]).toMatchObject({ state: "failed", values: null });
  });

  it.each<[string, string, string]>([
    ["no object", "3", "line 2: expected an object, got 3"],
    ["no operation", op(11, {}), "line 2, op_code: expected an operation from 0 to 10, got 11"],
    ["no study's number", op(4, { study_id: "0" }), 'line 2, study_id: expected a number, got "0"'],
    ["no state", op(4, { study_id: 0, state: 9 }), "line 2, state: expected a state from 0 to 4, got 9"],
    ["no values", op(4, { study_id: 0, values: ["1"] }), 'line 2, values: expected a list of numbers, got ["1"]'],
    ["no attributes", op(2, { study_id: 0, user_attr: 3 }), "line 2, user_attr: expected an object, got 3"],
    [
      "too few values",
      op(4, { study_id: 0, state: 1 }),
      "study s, trial 0: expected 1 values of a complete trial, got null",
    ],
    ["a value without distribution", op(4, { study_id: 0, params: { x: 1 } }), "line 2: expected a distribution of x"],
    [
      "no distribution",
      op(4, { study_id: 0, distributions: { x: "?" } }),
      'line 2, distribution of x: expected a distribution as JSON text, got "?"',
    ],
    [
      "an unknown distribution",
      op(4, { study_id: 0, distributions: { x: '{"name":"Normal"}' } }),
      "line 2, distribution of x: expected a distribution of Optuna: FloatDistribution,",
    ],
    [
      "a wrong distribution",
      op(4, { study_id: 0, distributions: { x: '{"name":"UniformDistribution","attributes":{"low":2,"high":1}}' } }),
      "line 2, distribution of x: expected a distribution that can be drawn from, got",
    ],
  ])("with %s is refused, and the line named", (_, line, message) => {
    const read = () => trialsOf(STUDY, line);
    expect(read).toThrow(expect.objectContaining({ code: "IMPORT_INVALID" }));
    expect(read).toThrow(message);
  });

  it("with a choice that isn't there is refused", () => {
    const distributions = { x: JSON.stringify({ name: "CategoricalDistribution", attributes: { choices: ["a"] } }) };
    expect(() => trialsOf(STUDY, op(4, { study_id: 0, distributions, params: { x: 1 } }))).toThrow(
      "line 2, x: expected a value of its distribution, got 1 (IMPORT_INVALID)",
    );
  });
});

function describeAll(text: string): readonly unknown[] {
  return fromOptunaJournal(text).map(describeStudy);
}

const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(-0, 5e-324, Infinity, -Infinity, 3));
const json = fc.jsonValue();

/** A trial as a study records it, of any space: all states, reports out of the ordinary, attributes of any kind. */
function trialIn(space: Space, at: number): fc.Arbitrary<FrozenTrial> {
  return fc
    .record({
      seed: fc.nat(),
      state: fc.constantFrom("complete", "pruned", "failed", "stale", "running" as const),
      values: fc.tuple(number, number),
      constraints: fc.option(fc.array(number, { minLength: 1, maxLength: 2 }), { nil: undefined }),
      reports: fc.uniqueArray(fc.nat({ max: 2 ** 40 }), { maxLength: 4 }),
      userAttrs: fc.dictionary(fc.string({ unit: "binary" }), json, { noNullPrototype: true, maxKeys: 3 }),
      note: fc.option(fc.string({ unit: "binary" })),
    })
    .map(({ seed, state, values, constraints, reports, userAttrs, note }): FrozenTrial => {
      const params = drawPoint(space, createRng(seed));
      const ended = state === "complete";
      return {
        number: at,
        state: state as FrozenTrial["state"],
        params,
        distributions: { ...withoutConditions(activeSpace(space, params)) },
        values: ended ? values : null,
        ...(ended && constraints && { constraints }),
        intermediate: reports
          .toSorted((a, b) => a - b)
          .map((step) => [step, step % 3 ? step / 7 : Number.NaN] as const),
        userAttrs,
        why: note === null ? null : { rule: "rule", acquisition: Number.NEGATIVE_INFINITY, note },
      };
    });
}

const normal = (distributions: Space) =>
  Object.fromEntries(
    Object.entries(distributions).map(([name, { ...each }]) => {
      if (each.type === "categorical") return [name, each];
      const { log, step, ...rest } = each;
      const plain = each.type === "int" && step === 1;
      return [name, { ...rest, ...(log && { log }), ...(step !== undefined && !plain && { step }) }];
    }),
  );

describe("a journal that is written here", () => {
  it("comes back the same, conditions apart", () => {
    const studies = anySpace.chain((space) =>
      fc.record({
        name: fc.string({ unit: "binary" }),
        directions: fc.constant(["minimize", "maximize"] as const),
        trials: fc.tuple(...[0, 1, 2].map((at) => trialIn(space, at))),
        userAttrs: fc.dictionary(fc.string(), json, { noNullPrototype: true, maxKeys: 2 }),
      }),
    );
    fc.assert(
      fc.property(studies, (study) => {
        const [read] = fromOptunaJournal(toOptunaJournal(study));
        const trials = study.trials.map((trial) => ({ ...trial, distributions: normal(trial.distributions) }));
        expect(textOf(read)).toBe(textOf({ ...study, trials }));
      }),
      { numRuns: 50 },
    );
  });

  it("keeps enqueued trials as Optuna enqueues them, and several studies apart", () => {
    const waiting: FrozenTrial = { ...trialWith({ x: 3 }), state: "waiting", values: null };
    const study = { name: "a", directions: ["minimize"], trials: [waiting, trialWith({ x: 1 }, 1)] } as const;
    const text = toOptunaJournal(study, { ...study, name: "b" });
    expect(JSON.parse(text.split("\n")[1] as string)).toMatchObject({
      op_code: 4,
      state: 4,
      params: {},
      system_attrs: { fixed_params: { x: 3 } },
    });
    const read = fromOptunaJournal(text);
    expect(read.map(({ name, trials }) => [name, trials.length])).toEqual([
      ["a", 2],
      ["b", 2],
    ]);
    expect(read[1]?.trials[0]).toMatchObject({ state: "waiting", params: { x: 3 }, values: null });
  });

  it("gives a parameter without distribution, or outside its own, one of its only value", () => {
    const distributions = { x: { type: "float", low: 0, high: 1 } } as const;
    const trial = { ...trialWith({ x: 2.5, n: 3, s: "a", b: true }), distributions };
    const [read] = fromOptunaJournal(toOptunaJournal({ name: "a", directions: ["minimize"], trials: [trial] }));
    expect(read?.trials[0]?.params).toEqual(trial.params);
    expect(read?.trials[0]?.distributions).toEqual({
      x: { type: "float", low: 2.5, high: 2.5 },
      n: { type: "int", low: 3, high: 3 },
      s: { type: "categorical", choices: ["a"] },
      b: { type: "categorical", choices: [true] },
    });
  });

  it("wants all trials", () => {
    const write = () => toOptunaJournal({ name: "a", directions: ["minimize"], trials: [trialWith({}, 1)] });
    expect(write).toThrow("study a: expected trial 0, got 1 (TRIAL_INVALID)");
  });
});
