/**
 * Test functions of a vector, to be minimised: each with its usual box, its minimum and a minimiser.
 * Formulas: Surjanovic and Bingham, Virtual Library of Simulation Experiments; minima polished by scipy's Nelder-Mead.
 */

const same = (d, value) => Array.from({ length: d }, () => value);
const sum = (x, term) => x.reduce((total, entry, at) => total + term(entry, at), 0);

export const branin = {
  box: [
    [-5, 10],
    [0, 15],
  ],
  minimum: 0.39788735772973816,
  minimizer: [Math.PI, 2.275],
  at([x, y]) {
    const ridge = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
    return ridge * ridge + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
};

const PEAKS = [1, 1.2, 3, 3.2];

function hartmann(scales, centres, rest) {
  const at = (x) =>
    -sum(PEAKS, (peak, i) => peak * Math.exp(-sum(x, (v, j) => scales[i][j] * (v - centres[i][j]) ** 2)));
  return { box: same(scales[0].length, [0, 1]), at, ...rest };
}

export const hartmann3 = hartmann(
  [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  [
    [0.3689, 0.117, 0.2673],
    [0.4699, 0.4387, 0.747],
    [0.1091, 0.8732, 0.5547],
    [0.0381, 0.5743, 0.8828],
  ],
  { minimum: -3.862779787332663, minimizer: [0.11458888122541287, 0.5556488954739371, 0.8525469842172746] },
);

export const hartmann6 = hartmann(
  [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
  {
    minimum: -3.322368011415515,
    minimizer: [
      0.20168951185013023, 0.15001069290624647, 0.4768739753854737, 0.27533242908385863, 0.31165161795254603,
      0.6573005331434522,
    ],
  },
);

export function rosenbrock(d) {
  const at = (x) => sum(x.slice(1), (next, i) => 100 * (next - x[i] ** 2) ** 2 + (1 - x[i]) ** 2);
  return { box: same(d, [-2.048, 2.048]), minimum: 0, minimizer: same(d, 1), at };
}

export function ellipsoid(d) {
  const at = (x) => sum(x, (v, i) => (i + 1) * v * v);
  return { box: same(d, [-5.12, 5.12]), minimum: 0, minimizer: same(d, 0), at };
}

export function ackley(d) {
  const at = (x) => {
    const radius = Math.sqrt(sum(x, (v) => v * v) / d);
    const waves = sum(x, (v) => Math.cos(2 * Math.PI * v)) / d;
    return -20 * Math.exp(-0.2 * radius) - Math.exp(waves) + 20 + Math.E;
  };
  return { box: same(d, [-32.768, 32.768]), minimum: 0, minimizer: same(d, 0), at };
}

export function levy(d) {
  const at = (x) => {
    const w = x.map((v) => 1 + (v - 1) / 4);
    const last = w[d - 1];
    const inner = w.slice(0, -1);
    return (
      Math.sin(Math.PI * w[0]) ** 2 +
      sum(inner, (v) => (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2)) +
      (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
    );
  };
  return { box: same(d, [-10, 10]), minimum: 0, minimizer: same(d, 1), at };
}

export function styblinskiTang(d) {
  const at = (x) => sum(x, (v) => v ** 4 - 16 * v * v + 5 * v) / 2;
  return { box: same(d, [-5, 5]), minimum: -39.16616570377142 * d, minimizer: same(d, -2.903534027771177), at };
}

export function rastrigin(d) {
  const at = (x) => 10 * d + sum(x, (v) => v * v - 10 * Math.cos(2 * Math.PI * v));
  return { box: same(d, [-5.12, 5.12]), minimum: 0, minimizer: same(d, 0), at };
}

export function griewank(d) {
  const at = (x) => {
    const waves = x.reduce((product, v, i) => product * Math.cos(v / Math.sqrt(i + 1)), 1);
    return sum(x, (v) => v * v) / 4000 - waves + 1;
  };
  return { box: same(d, [-600, 600]), minimum: 0, minimizer: same(d, 0), at };
}

export const michalewicz5 = {
  box: same(5, [0, Math.PI]),
  minimum: -4.687658179088149,
  minimizer: [2.2029055197344682, 1.5707963293125675, 1.2849915708780884, 1.9230584691306654, 1.7204697710078967],
  at: (x) => -sum(x, (v, i) => Math.sin(v) * Math.sin(((i + 1) * v * v) / Math.PI) ** 20),
};

const FOXHOLES = [
  [0.1, 4, 4, 4, 4],
  [0.2, 1, 1, 1, 1],
  [0.2, 8, 8, 8, 8],
  [0.4, 6, 6, 6, 6],
  [0.4, 3, 7, 3, 7],
  [0.6, 2, 9, 2, 9],
  [0.3, 5, 3, 5, 3],
  [0.7, 8, 1, 8, 1],
  [0.5, 6, 2, 6, 2],
  [0.5, 7, 3.6, 7, 3.6],
];

export const shekel = {
  box: same(4, [0, 10]),
  minimum: -10.53644315348353,
  minimizer: [4.000746868467659, 3.9995094800723576, 4.000746865838082, 3.9995094816139893],
  at: (x) => -sum(FOXHOLES, ([width, ...centre]) => 1 / (width + sum(x, (v, j) => (v - centre[j]) ** 2))),
};

export const sixHumpCamel = {
  box: [
    [-3, 3],
    [-2, 2],
  ],
  minimum: -1.0316284534898774,
  minimizer: [0.08984200893527233, -0.712656403019058],
  at: ([x, y]) => (4 - 2.1 * x * x + x ** 4 / 3) * x * x + x * y + (-4 + 4 * y * y) * y * y,
};

export function dixonPrice(d) {
  const at = (x) => (x[0] - 1) ** 2 + sum(x.slice(1), (v, i) => (i + 2) * (2 * v * v - x[i]) ** 2);
  const minimizer = Array.from({ length: d }, (_, i) => 2 ** -((2 ** (i + 1) - 2) / 2 ** (i + 1)));
  return { box: same(d, [-10, 10]), minimum: 0, minimizer, at };
}
