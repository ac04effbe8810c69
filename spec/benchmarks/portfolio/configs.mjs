/** The configurations among which a portfolio is chosen: the middle of each learner's space, and random points of it. */
import { contains, createRng, drawPoint } from "hyperparameter-js";
import { idOf } from "./matrix.mjs";

/** Random points by the number of a space's parameters: a wide one needs more. */
const PER_PARAMETER = 2;
const [FEWEST, MOST] = [8, 18];
const DIGITS = 3;

/** @param space of a task with classes, which has all parameters of one without them */
export function configsOf(learner, space) {
  const count = Math.min(MOST, Math.max(FEWEST, PER_PARAMETER * Object.keys(space).length));
  const drawn = Array.from({ length: count }, (_, at) => rounded(space, drawPoint(space, createRng(11, learner, at))));
  const points = [
    { kind: "middle", params: rounded(space, middleOf(space)) },
    ...drawn.map((params) => ({ kind: "random", params })),
  ];
  return points.map(({ kind, params }) => ({ id: idOf(learner, params), learner, kind, params }));
}

/** Numbers in the middle of their axis; of choices the first. */
function middleOf(space) {
  const params = {};
  for (const [name, distribution] of Object.entries(space)) {
    const { low, high, log, choices } = distribution;
    const holds = Object.entries(distribution.when ?? {}).every(([parent, wanted]) =>
      [wanted].flat().includes(params[parent]),
    );
    if (!holds) continue;
    if (choices !== undefined) params[name] = choices[0];
    else params[name] = log ? Math.sqrt(low * high) : (low + high) / 2;
    if (distribution.type === "int") params[name] = Math.round(params[name]);
  }
  return params;
}

/** Three digits are enough for people to read, as long as the point stays one of the space. */
function rounded(space, params) {
  const short = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      space[name].type === "float" ? Number(value.toPrecision(DIGITS)) : value,
    ]),
  );
  return contains(space, short) ? short : params;
}
