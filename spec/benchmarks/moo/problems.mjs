/**
 * Problems with several objectives, all to be minimised, and some with constraints (above 0 is violated). ZDT: Zitzler, Deb
 * and Thiele, Evol. Comput. 8, 2000. DTLZ: Deb, Thiele, Laumanns and Zitzler, 2005. C2-DTLZ2: Jain and Deb, IEEE TEC 18,
 * 2014. The others as in Deb, "Multi-objective optimization using evolutionary algorithms", 2001.
 */
import { mixed6 } from "../problems/mixed.mjs";

const { PI, cos, sin, exp, sqrt, hypot, abs, log2 } = Math;
const sum = (values) => values.reduce((total, value) => total + value, 0);
const mean = (values) => sum(values) / values.length;

/** A problem over numbers, given as [low, high] each. */
function continuous(name, { box, reference, values, constraints }) {
  const space = Object.fromEntries(box.map(([low, high], k) => [`x${k}`, { type: "float", low, high }]));
  const numbers = (params) => box.map((_, k) => params[`x${k}`]);
  const measure = (params) => {
    const x = numbers(params);
    const f = values(x);
    return constraints ? { values: f, constraints: constraints(x, f) } : { values: f };
  };
  return { name, space, reference, constrained: constraints !== undefined, measure };
}

const unit = (d) => Array.from({ length: d }, () => [0, 1]);

/** `shape` makes the second objective of the first one and of g. */
function zdt(number, { d = 30, box = unit(d), reference = [1.1, 6], g = linear, first = ([x]) => x, shape }) {
  const values = (x) => {
    const [f, rest] = [first(x), g(x.slice(1))];
    return [f, rest * shape(f, rest)];
  };
  return continuous(`zdt${number}`, { box, reference, values });
}

const linear = (rest) => 1 + 9 * mean(rest);
const convex = (f, g) => 1 - sqrt(f / g);
const concave = (f, g) => 1 - (f / g) ** 2;

const sphere = ([a, b, ...rest]) => {
  const radius = 1 + sum(rest.map((x) => (x - 0.5) ** 2));
  const [u, v] = [(a * PI) / 2, (b * PI) / 2];
  return [radius * cos(u) * cos(v), radius * cos(u) * sin(v), radius * sin(u)];
};

/** Feasible only near the corners and the middle of the front. */
function nearCorners(_, f) {
  const corner = (k) => (f[k] - 1) ** 2 + sum(f.filter((_, at) => at !== k).map((y) => y * y));
  const middle = sum(f.map((y) => (y - 1 / sqrt(3)) ** 2));
  return [Math.min(corner(0), corner(1), corner(2), middle) - 0.4 ** 2];
}

const TUNING = [
  zdt(1, { shape: convex }),
  zdt(3, { shape: (f, g) => convex(f, g) - (f / g) * sin(10 * PI * f) }),
  zdt(4, {
    box: [[0, 1], ...Array.from({ length: 9 }, () => [-5, 5])],
    reference: [1.1, 60],
    g: (rest) => 1 + 10 * rest.length + sum(rest.map((x) => x * x - 10 * cos(4 * PI * x))),
    shape: convex,
  }),
  zdt(6, {
    d: 10,
    reference: [1.1, 10],
    first: ([x]) => 1 - exp(-4 * x) * sin(6 * PI * x) ** 6,
    g: (rest) => 1 + 9 * mean(rest) ** 0.25,
    shape: concave,
  }),
  continuous("dtlz2", { box: unit(12), reference: [1.1, 1.1, 1.1], values: sphere }),
  continuous("c2-dtlz2", { box: unit(12), reference: [1.1, 1.1, 1.1], values: sphere, constraints: nearCorners }),
  continuous("kursawe", {
    box: Array.from({ length: 3 }, () => [-5, 5]),
    reference: [-5, 20],
    values: ([a, b, c]) => [
      -10 * (exp(-0.2 * hypot(a, b)) + exp(-0.2 * hypot(b, c))),
      sum([a, b, c].map((x) => abs(x) ** 0.8 + 5 * sin(x ** 3))),
    ],
  }),
  {
    name: "mixed-6, loss and cost",
    space: mixed6.space,
    reference: [5, 24],
    constrained: false,
    measure: (params) => ({
      values: [mixed6.value(params), log2(params.depth * params.width ** 2) + (params.opt === "adam" ? 1 : 0)],
    }),
  },
];

const HELD_BACK = [
  zdt(2, { shape: concave }),
  continuous("bnh", {
    box: [
      [0, 5],
      [0, 3],
    ],
    reference: [140, 50],
    values: ([x, y]) => [4 * x * x + 4 * y * y, (x - 5) ** 2 + (y - 5) ** 2],
    constraints: ([x, y]) => [(x - 5) ** 2 + y * y - 25, 7.7 - (x - 8) ** 2 - (y + 3) ** 2],
  }),
  continuous("srinivas", {
    box: [
      [-20, 20],
      [-20, 20],
    ],
    reference: [250, 50],
    values: ([x, y]) => [2 + (x - 2) ** 2 + (y - 1) ** 2, 9 * x - (y - 1) ** 2],
    constraints: ([x, y]) => [x * x + y * y - 225, x - 3 * y + 10],
  }),
  continuous("viennet-3", {
    box: [
      [-3, 3],
      [-3, 3],
    ],
    reference: [9, 61, 0.3],
    values: ([x, y]) => {
      const r = x * x + y * y;
      const slant = (3 * x - 2 * y + 4) ** 2 / 8 + (x - y + 1) ** 2 / 27 + 15;
      return [0.5 * r + sin(r), slant, 1 / (r + 1) - 1.1 * exp(-r)];
    },
  }),
  continuous("poloni", {
    box: [
      [-PI, PI],
      [-PI, PI],
    ],
    reference: [30, 30],
    values: ([x, y]) => {
      const [a, b] = [
        0.5 * sin(1) - 2 * cos(1) + sin(2) - 1.5 * cos(2),
        1.5 * sin(1) - cos(1) + 2 * sin(2) - 0.5 * cos(2),
      ];
      const [u, v] = [
        0.5 * sin(x) - 2 * cos(x) + sin(y) - 1.5 * cos(y),
        1.5 * sin(x) - cos(x) + 2 * sin(y) - 0.5 * cos(y),
      ];
      return [1 + (a - u) ** 2 + (b - v) ** 2, (x + 3) ** 2 + (y + 1) ** 2];
    },
  }),
  continuous("dtlz1", {
    box: unit(7),
    reference: [200, 200, 200],
    values: ([a, b, ...rest]) => {
      const g = 100 * (rest.length + sum(rest.map((x) => (x - 0.5) ** 2 - cos(20 * PI * (x - 0.5)))));
      const scale = 0.5 * (1 + g);
      return [scale * a * b, scale * a * (1 - b), scale * (1 - a)];
    },
  }),
];

/** `reference` bounds the hypervolume. Defaults were chosen on the tuning ones; the held-back ones only judge them. */
export const PROBLEMS = [
  ...TUNING.map((problem) => ({ ...problem, group: "tuning" })),
  ...HELD_BACK.map((problem) => ({ ...problem, group: "held-back" })),
];
