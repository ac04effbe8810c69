/** f21 and f22: the largest of many Gaussian hills of random place, height and shape. */
import { times } from "../random.mjs";
import { oscillate, penalty, scales } from "./transforms.mjs";

/** The numbers 0 … n − 1 in random order. */
function shuffled(n, uniform) {
  const order = Array.from({ length: n }, (_, at) => at);
  for (let at = n - 1; at > 0; at--) {
    const other = Math.floor(uniform() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/** Hill i: C_i = Λ^α / α^(1/4), its diagonal in random order, about a place that is turned beforehand. */
function hill({ d, uniform, R }, { place, height, alpha }) {
  const diagonal = scales(alpha, d).map((scale) => scale / alpha ** 0.25);
  const order = shuffled(d, uniform);
  return { centre: times(R, place), height, widths: order.map((at) => diagonal[at]) };
}

function gallery(instance, { hills, sharpest, reach, spread }) {
  const { d, uniform, R, place } = instance;
  const rest = hills - 1;
  const minimizer = place.map((v) => (v / 4) * reach);
  const alphas = shuffled(rest, uniform).map((j) => 1000 ** ((2 * j) / (rest - 1)));
  const others = alphas.map((alpha, i) => ({
    alpha,
    height: 1.1 + (8 * i) / (rest - 1),
    place: Array.from({ length: d }, () => spread * (2 * uniform() - 1)),
  }));
  const all = [{ alpha: sharpest, height: 10, place: minimizer }, ...others].map((each) => hill(instance, each));
  const at = (x) => {
    const turned = times(R, x);
    const highest = all.reduce((most, { centre, height, widths }) => {
      const distance = widths.reduce((sum, width, j) => sum + width * (turned[j] - centre[j]) ** 2, 0);
      return Math.max(most, height * Math.exp(-distance / (2 * d)));
    }, 0);
    return oscillate(10 - highest) ** 2 + penalty(x);
  };
  return { minimizer, at };
}

export const galleries = {
  21: (instance) => gallery(instance, { hills: 101, sharpest: 1000, reach: 4, spread: 5 }),
  22: (instance) => gallery(instance, { hills: 21, sharpest: 1000 ** 2, reach: 3.92, spread: 4.9 }),
};
