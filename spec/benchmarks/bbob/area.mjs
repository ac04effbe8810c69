/** The area under the ECDF of targets reached: COCO's aggregate over targets and budgets in one figure. */

const TARGETS = 51;

/** 51 targets from 10^2 down to 10^−8 above the minimum, evenly by their logarithm. */
const targets = Array.from({ length: TARGETS }, (_, at) => 10 ** (2 - (10 * at) / (TARGETS - 1)));

/** Of a curve of regrets, one per evaluation: the share of targets reached, averaged over log(evaluations). 0 … 1. */
export function ecdfArea(curve) {
  const total = curve.reduce((area, regret, at) => {
    const reached = targets.filter((target) => regret <= target).length / TARGETS;
    return area + reached * Math.log((at + 2) / (at + 1));
  }, 0);
  return total / Math.log(curve.length + 1);
}
