/**
 * The 24 noiseless BBOB functions on [−5, 5]^d, as COCO's "noiseless functions definitions" gives them. Rotations, places
 * and values of the optimum are drawn by our own generator from (function, dimension, instance), so that the instances
 * are BBOB's in distribution, not in number. Each is built by (instance) → { at, minimizer }, with f_opt still to be added.
 */
import { dot, rotation, times, uniforms } from "../random.mjs";
import { galleries } from "./gallagher.mjs";
import { along, oscillate, penalty, scaled, scales, skew } from "./transforms.mjs";

const sum = (x, term) => x.reduce((total, v, i) => total + term(v, i), 0);
const minus = (x, y) => x.map((v, i) => v - y[i]);
const waves = (z) => 10 * (z.length - sum(z, (v) => Math.cos(2 * Math.PI * v)));
const square = (z) => dot(z, z);
const weighted = (z, exponent) => sum(z, (v, i) => 10 ** (exponent * along(i, z.length)) * v * v);

/** What an instance is made of. `R` and `Q` are rotations, `place` is uniform in [−4, 4]^d. */
function instanceOf(id, d, instance) {
  const uniform = uniforms("bbob", id, d, instance);
  const place = Array.from({ length: d }, () => 8 * uniform() - 4);
  const signs = Array.from({ length: d }, () => (uniform() < 0.5 ? -1 : 1));
  const value = Math.round(20_000 * uniform() - 10_000) / 100;
  return { d, place, signs, value, uniform, R: rotation(d, id, instance, "R"), Q: rotation(d, id, instance, "Q") };
}

/** Of z(x − x_opt). */
const about = (minimizer, shape) => ({ minimizer, at: (x) => shape(minus(x, minimizer), x) });

const turnedBy = ({ R, Q, d }, alpha) => {
  const diagonal = scales(alpha, d);
  return (y) => times(Q, scaled(diagonal, times(R, y)));
};

const rosenbrockTerms = (z) => z.slice(1).map((next, i) => 100 * (z[i] ** 2 - next) ** 2 + (z[i] - 1) ** 2);
const stretch = (d) => Math.max(1, Math.sqrt(d) / 8);

/** z = c·R·x + ½, whose optimum is where z is 1 all over. */
function rosenbrockPlane({ d, R }) {
  const factor = stretch(d);
  const minimizer = R[0].map((_, j) => sum(R, (row) => row[j]) / (2 * factor));
  return { minimizer, z: (x) => times(R, x).map((v) => factor * v + 0.5) };
}

function separable() {
  return {
    1: ({ place }) => about(place, square),
    2: ({ place }) => about(place, (y) => weighted(y.map(oscillate), 6)),
    3({ place, d }) {
      const diagonal = scales(10, d);
      return about(place, (y) => {
        const z = scaled(diagonal, skew(0.2, y.map(oscillate)));
        return waves(z) + square(z);
      });
    },
    4({ place, d }) {
      const minimizer = place.map((v, i) => (i % 2 === 0 ? Math.abs(v) : v));
      const diagonal = scales(10, d);
      return about(minimizer, (y, x) => {
        const z = y.map(oscillate).map((v, i) => (v > 0 && i % 2 === 0 ? 10 : 1) * diagonal[i] * v);
        return waves(z) + square(z) + 100 * penalty(x);
      });
    },
    5({ signs, d }) {
      const minimizer = signs.map((sign) => 5 * sign);
      const slopes = signs.map((sign, i) => sign * 10 ** along(i, d));
      const at = (x) => sum(slopes, (s, i) => 5 * Math.abs(s) - s * (minimizer[i] * x[i] < 25 ? x[i] : minimizer[i]));
      return { minimizer, at };
    },
  };
}

function moderate() {
  return {
    6(instance) {
      const turn = turnedBy(instance, 10);
      const { place } = instance;
      return about(place, (y) => {
        const z = turn(y).map((v, i) => (v * place[i] > 0 ? 100 * v : v));
        return oscillate(square(z)) ** 0.9;
      });
    },
    7({ place, d, R, Q }) {
      const diagonal = scales(10, d);
      const round = (v) => (Math.abs(v) > 0.5 ? Math.floor(0.5 + v) : Math.floor(0.5 + 10 * v) / 10);
      return about(place, (y, x) => {
        const fine = scaled(diagonal, times(R, y));
        const z = times(Q, fine.map(round));
        return 0.1 * Math.max(Math.abs(fine[0]) / 1e4, weighted(z, 2)) + penalty(x);
      });
    },
    8({ place, d }) {
      const minimizer = place.map((v) => 0.75 * v);
      return about(minimizer, (y) => sum(rosenbrockTerms(y.map((v) => stretch(d) * v + 1)), (term) => term));
    },
    9(instance) {
      const { minimizer, z } = rosenbrockPlane(instance);
      return { minimizer, at: (x) => sum(rosenbrockTerms(z(x)), (term) => term) };
    },
  };
}

function illConditioned() {
  const inTurn = ({ place, R }, shape) => about(place, (y) => shape(times(R, y)));
  return {
    10: (instance) => inTurn(instance, (y) => weighted(y.map(oscillate), 6)),
    11: (instance) =>
      inTurn(instance, (y) => {
        const z = y.map(oscillate);
        return square(z) + (1e6 - 1) * z[0] ** 2;
      }),
    12: (instance) =>
      inTurn(instance, (y) => {
        const z = times(instance.R, skew(0.5, y));
        return 1e6 * square(z.slice(1)) + z[0] ** 2;
      }),
    13(instance) {
      const turn = turnedBy(instance, 10);
      return about(instance.place, (y) => {
        const [first, ...rest] = turn(y);
        return first ** 2 + 100 * Math.sqrt(square(rest));
      });
    },
    14: (instance) => inTurn(instance, (z) => Math.sqrt(sum(z, (v, i) => Math.abs(v) ** (2 + 4 * along(i, z.length))))),
  };
}

/** Σ 2^−k cos(2π 3^k (z + ½)) over k = 0 … 11. */
function weierstrass(z) {
  let total = 0;
  for (let k = 0; k < 12; k++) total += Math.cos(2 * Math.PI * 3 ** k * (z + 0.5)) / 2 ** k;
  return total;
}

function schaffers({ place, d, R, Q }, alpha) {
  const diagonal = scales(alpha, d);
  return about(place, (y, x) => {
    const z = scaled(diagonal, times(Q, skew(0.5, times(R, y))));
    const mean =
      sum(z.slice(1), (next, i) => {
        const s = Math.hypot(z[i], next);
        return Math.sqrt(s) * (1 + Math.sin(50 * s ** 0.2) ** 2);
      }) /
      (d - 1);
    return mean ** 2 + 10 * penalty(x);
  });
}

function structured() {
  return {
    15({ place, d, R, Q }) {
      const diagonal = scales(10, d);
      return about(place, (y) => {
        const inner = skew(0.2, times(R, y).map(oscillate));
        const z = times(R, scaled(diagonal, times(Q, inner)));
        return waves(z) + square(z);
      });
    },
    16({ place, d, R, Q }) {
      const diagonal = scales(1 / 100, d);
      const least = weierstrass(0);
      return about(place, (y, x) => {
        const z = times(R, scaled(diagonal, times(Q, times(R, y).map(oscillate))));
        return 10 * (sum(z, weierstrass) / d - least) ** 3 + (10 / d) * penalty(x);
      });
    },
    17: (instance) => schaffers(instance, 10),
    18: (instance) => schaffers(instance, 1000),
    19(instance) {
      const { minimizer, z } = rosenbrockPlane(instance);
      const term = (s) => s / 4000 - Math.cos(s);
      return { minimizer, at: (x) => (10 / (instance.d - 1)) * sum(rosenbrockTerms(z(x)), term) + 10 };
    },
  };
}

/** Where v·sin(√v) is largest below 500, as a hundredth. */
const SCHWEFEL = 4.2096874633;

function weak() {
  return {
    20({ signs, d }) {
      const diagonal = scales(10, d);
      const at = (x) => {
        const hat = x.map((v, i) => 2 * signs[i] * v);
        const chained = hat.map((v, i) => (i === 0 ? v : v + 0.25 * (hat[i - 1] - SCHWEFEL)));
        const z = chained.map((v, i) => 100 * (diagonal[i] * (v - SCHWEFEL) + SCHWEFEL));
        const hills = sum(z, (v) => v * Math.sin(Math.sqrt(Math.abs(v))));
        return 4.189828872724339 - hills / (100 * d) + 100 * penalty(z.map((v) => v / 100));
      };
      return { minimizer: signs.map((sign) => (sign * SCHWEFEL) / 2), at };
    },
    ...galleries,
    23(instance) {
      const turn = turnedBy(instance, 100);
      const { d, place } = instance;
      return about(place, (y, x) => {
        const product = turn(y).reduce((all, v, i) => all * (1 + (i + 1) * katsuura(v)) ** (10 / d ** 1.2), 1);
        return (10 / d ** 2) * (product - 1) + penalty(x);
      });
    },
    24: lunacek,
  };
}

/** Σ |2^j z − round(2^j z)| / 2^j over j = 1 … 32. */
function katsuura(z) {
  let total = 0;
  for (let j = 1; j <= 32; j++) total += Math.abs(2 ** j * z - Math.round(2 ** j * z)) / 2 ** j;
  return total;
}

function lunacek(instance) {
  const { signs, d } = instance;
  const first = 2.5;
  const slope = 1 - 1 / (2 * Math.sqrt(d + 20) - 8.2);
  const second = -Math.sqrt((first ** 2 - 1) / slope);
  const turn = turnedBy(instance, 100);
  const at = (x) => {
    const hat = x.map((v, i) => 2 * signs[i] * v);
    const funnel = Math.min(
      sum(hat, (v) => (v - first) ** 2),
      d + slope * sum(hat, (v) => (v - second) ** 2),
    );
    return funnel + waves(turn(hat.map((v) => v - first))) + 1e4 * penalty(x);
  };
  return { minimizer: signs.map((sign) => (sign * first) / 2), at };
}

const BUILDERS = { ...separable(), ...moderate(), ...illConditioned(), ...structured(), ...weak() };

/** BBOB's own groups. */
export const GROUPS = [
  { name: "separable", ids: [1, 2, 3, 4, 5] },
  { name: "moderate", ids: [6, 7, 8, 9] },
  { name: "ill-conditioned", ids: [10, 11, 12, 13, 14] },
  { name: "multimodal, structured", ids: [15, 16, 17, 18, 19] },
  { name: "multimodal, weak", ids: [20, 21, 22, 23, 24] },
];

/** Function `id` (1 … 24) in d ≥ 2 dimensions: `at(x)` is least, namely `minimum`, at `minimizer`. */
export function bbob(id, d, instance) {
  const parts = instanceOf(id, d, instance);
  const { at, minimizer } = BUILDERS[id](parts);
  return { id, d, instance, minimizer, minimum: parts.value, at: (x) => at(x) + parts.value };
}
