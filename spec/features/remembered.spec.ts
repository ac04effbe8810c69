import { remembered } from "../../core/features/remembered.js";
import type { Labelled, TaskSpec } from "../../core/plugin/index.js";
import { labelled, tableOf } from "../support/tables.js";

const spec: TaskSpec = { task: "regression", target: "y", classes: [] };
const side = (): Labelled => labelled(tableOf({ a: [1, 2, 3] }), [1, 2, 3]);

function counting() {
  let made = 0;
  const make = remembered((_training, options: object) => ({ ...options, made: ++made }));
  return (train: Labelled, options: object, seed = 1) => make({ spec, train, seed }, options).made;
}

it("is made once for a side and what else is asked, whatever the seed", () => {
  const make = counting();
  const [one, other] = [side(), side()];
  expect(make(one, { limit: 1 })).toBe(1);
  expect(make(one, { limit: 1 }, 2)).toBe(1);
  expect(make(one, { limit: 2 })).toBe(2);
  expect(make(other, { limit: 1 })).toBe(3);
  expect(make(one, { limit: 1 })).toBe(1);
});

it("that is nothing is remembered as well", () => {
  let made = 0;
  const make = remembered(() => {
    made += 1;
    return null;
  });
  const training = { spec, train: side(), seed: 1 };
  expect([make(training), make(training), made]).toEqual([null, null, 1]);
});

it("goes, when much else was asked of the side since", () => {
  const make = counting();
  const train = side();
  for (let limit = 0; limit < 20; limit++) make(train, { limit });
  expect(make(train, { limit: 19 })).toBe(20);
  expect(make(train, { limit: 0 })).toBe(21);
});
