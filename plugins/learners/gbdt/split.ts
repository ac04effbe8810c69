/**
 * The best split of a node from its histogram. With G and H the sums of gradients and second derivatives, a leaf is worth
 * T(G)² / (H + l2), where T takes l1 off |G|, and a split what its two leaves are worth beyond the one: Chen and
 * Guestrin, "XGBoost: a scalable tree boosting system", KDD 2016, equations 6 and 7.
 */
import { binsOf, type Feature, isLevels } from "./encoding.js";
import { Ask, type Kernel, shrunk, strideOf } from "./kernel.js";
import { type Bounds, bounded, type Signs } from "./monotone.js";
import type { Coins } from "./sampling.js";
import { SET_WORDS } from "./tree.js";

export interface SplitRules {
  readonly l1: number;
  readonly l2: number;
  /** Rows that each side needs, by the estimate of `Sums.perBend`. */
  readonly minRows: number;
  /** Sum of second derivatives that each side needs. */
  readonly minBend: number;
  /** One cut of each column at random, and the best of these: Geurts, Ernst and Wehenkel, "Extremely randomized trees", 2006. */
  readonly randomCuts: boolean;
  /** Added to the second derivatives of a level where levels are ordered: one of few rows goes to the middle. */
  readonly levelSmoothing: number;
}

/** What a node's rows sum to. */
export interface Sums {
  readonly gradient: number;
  readonly bend: number;
  /** Rows for each unit of second derivative: rows of a bin are estimated by this, as LightGBM does. */
  readonly perBend: number;
}

export interface Split {
  readonly gain: number;
  readonly feature: number;
  /** Bins that go left, [SET_WORDS]. */
  readonly set: Int32Array;
  /** Of the left side. */
  readonly gradient: number;
  readonly bend: number;
}

/** Gain, relative to what the node is worth and to 1, below which a split is rounding. */
const LEAST_GAIN = 1e-9;
/** Levels in a node up to which each is tried against the rest as well as in order. */
const FEW_LEVELS = 4;
/** Penalty added to l2 where many levels are ordered by the very gradients that they are then judged by; as in LightGBM. */
const LEVELS_L2 = 10;

interface Cut {
  gain: number;
  feature: number;
  /** The last bin, or level in order, that goes left. */
  at: number;
  missingLeft: boolean;
  gradient: number;
  bend: number;
}

export class SplitSearch {
  /** Best so far. */
  private cut: Cut = nothing();
  private readonly sums: Float64Array;
  private readonly stride: number;
  private readonly bins: Int32Array;
  private readonly ordered = new Int32Array(256);

  constructor(
    private readonly features: readonly Feature[],
    private readonly kernel: Kernel,
    private readonly rules: SplitRules,
    private readonly signs: Signs,
  ) {
    this.sums = kernel.sums;
    this.stride = strideOf(kernel.size);
    this.bins = Int32Array.from(features, binsOf);
  }

  /** Null where no split gains anything. @param from where the node's histogram begins @param coins for random cuts */
  best(from: number, columns: Int32Array, node: Sums & Bounds, coins: Coins): Split | null {
    const worth = this.worth(node.gradient, node.bend, 0);
    this.cut = { ...nothing(), gain: LEAST_GAIN * (1 + worth) };
    for (const column of columns) {
      const at = from + column * this.stride;
      if (isLevels(this.features[column] as Feature)) this.scanLevels(at, column, node, coins);
      else if (this.signs[column] !== 0) this.scanInOrder(at, column, node);
      else if (this.rules.randomCuts) this.tryNumber(at, column, node, coins);
      else this.scanNumbers(at, column, node);
    }
    if (this.cut.feature < 0) return null;
    const { gain, feature, gradient, bend } = this.cut;
    const at = from + feature * this.stride;
    const set = isLevels(this.features[feature] as Feature) ? this.levelSet(at, node) : this.numberSet(at, node);
    return { gain, feature, set, gradient, bend };
  }

  private worth(gradient: number, bend: number, extra: number): number {
    const { l1, l2 } = this.rules;
    const beyond = shrunk(gradient, l1);
    return (beyond * beyond) / (bend + l2 + extra + 1e-15);
  }

  private scanNumbers(at: number, column: number, node: Sums): void {
    const last = at + 2 * ((this.bins[column] as number) - 1);
    const missing = this.sums[last + 1] as number;
    const some = missing * node.perBend >= 0.5;
    this.scan({ at, last, column, missingLeft: false, node, all: some });
    if (some) this.scan({ at, last, column, missingLeft: true, node, all: false });
  }

  /** One cut between the lowest and the highest bin that the node has; missing values go to either side. */
  private tryNumber(at: number, column: number, node: Sums, coins: Coins): void {
    const { sums } = this;
    const { perBend } = node;
    const missing = (this.bins[column] as number) - 1;
    const someMissing = this.has(at, missing, perBend);
    let [low, high] = [0, missing - 1];
    while (low < high && !this.has(at, low, perBend)) low++;
    while (low < high && !this.has(at, high, perBend)) high--;
    if (low >= high && !someMissing) return;
    const cut = low + coins.below(Math.max(1, high - low));
    const missingLeft = someMissing && cut < high && coins.below(2) === 1;
    let [gradient, bend] = missingLeft ? this.sumsOf(at, missing) : [0, 0];
    for (let place = at + 2 * low; place <= at + 2 * cut; place += 2) {
      gradient += sums[place] as number;
      bend += sums[place + 1] as number;
    }
    this.offer({ column, at: cut, missingLeft, gradient, bend, node, extra: 0 });
  }

  /** Whether the node has rows in a bin. */
  private has(at: number, bin: number, perBend: number): boolean {
    return (this.sums[at + 2 * bin + 1] as number) * perBend >= 0.5;
  }

  /** Every cut of a column that predictions have to rise or fall with; only such as do are offered. */
  private scanInOrder(at: number, column: number, node: Sums & Bounds): void {
    const missing = (this.bins[column] as number) - 1;
    const sign = this.signs[column] as number;
    for (const missingLeft of [false, true]) {
      let [gradient, bend] = missingLeft ? this.sumsOf(at, missing) : [0, 0];
      for (let bin = 0; bin < missing - 1; bin++) {
        const [more, bent] = this.sumsOf(at, bin);
        gradient += more;
        bend += bent;
        const left = stepOf({ gradient, bend }, this.rules);
        const right = stepOf({ gradient: node.gradient - gradient, bend: node.bend - bend }, this.rules);
        if (sign * (bounded(right, node) - bounded(left, node)) < 0) continue;
        this.offer({ column, at: bin, missingLeft, gradient, bend, node, extra: 0 });
      }
    }
  }

  private sumsOf(at: number, bin: number): [number, number] {
    return [this.sums[at + 2 * bin] as number, this.sums[at + 2 * bin + 1] as number];
  }

  /** Keeps a cut where it leaves enough rows on both sides and is the best so far. */
  private offer({ column, at, missingLeft, gradient, bend, node, extra }: Offer): void {
    const { minBend, minRows } = this.rules;
    const smaller = Math.min(bend, node.bend - bend);
    if (smaller < minBend || smaller * node.perBend < minRows - 0.5) return;
    const [g, h] = [node.gradient - gradient, node.bend - bend];
    const whole = this.worth(node.gradient, node.bend, extra);
    const gain = this.worth(gradient, bend, extra) + this.worth(g, h, extra) - whole;
    if (gain > this.cut.gain) this.cut = { gain, feature: column, at, missingLeft, gradient, bend };
  }

  /** Cuts after each bin, from low to high. `all`: also after the last one, which parts the missing from all others. */
  private scan({ at, last, column, missingLeft, node, all }: Scan): void {
    const { kernel } = this;
    const { sums, ask } = kernel;
    const { l1, l2, minBend, minRows } = this.rules;
    const least = Math.max(minBend, (minRows - 0.5) / node.perBend);
    const whole = this.worth(node.gradient, node.bend, 0);
    ask[Ask.leftGradient] = missingLeft ? (sums[last] as number) : 0;
    ask[Ask.leftBend] = missingLeft ? (sums[last + 1] as number) : 0;
    ask[Ask.gradient] = node.gradient;
    ask[Ask.bend] = node.bend;
    ask[Ask.l1] = l1;
    ask[Ask.l2] = l2;
    ask[Ask.least] = least;
    ask[Ask.most] = node.bend - least;
    ask[Ask.worth] = this.cut.gain + whole;
    const best = kernel.cut(at, all ? last : last - 2);
    if (best < 0) return;
    const [gradient, bend] = [ask[Ask.leftGradient] as number, ask[Ask.leftBend] as number];
    const gain = (ask[Ask.worth] as number) - whole;
    this.cut = { gain, feature: column, at: (best - at) / 2, missingLeft, gradient, bend };
  }

  /**
   * Levels in the order of their mean gradient: for a convex loss the best two sets are a cut of that order (Fisher, "On
   * grouping for maximum homogeneity", 1958).
   */
  private scanLevels(at: number, column: number, node: Sums, coins: Coins): void {
    const present = this.orderLevels(at, column, node);
    const extra = present > FEW_LEVELS ? LEVELS_L2 : 0;
    const only = this.rules.randomCuts && present > 1 ? coins.below(present - 1) : -1;
    let [gradient, bend] = [0, 0];
    for (let level = 0; level + 1 < present; level++) {
      const [more, bent] = this.sumsOf(at, this.ordered[level] as number);
      gradient += more;
      bend += bent;
      if (only >= 0 && level !== only) continue;
      this.offer({ column, at: level, missingLeft: false, gradient, bend, node, extra });
    }
  }

  /** Puts the levels that the node has into `ordered`, and tells how many. */
  private orderLevels(at: number, column: number, node: Sums): number {
    const { sums, ordered } = this;
    let present = 0;
    for (let bin = 0; bin < (this.bins[column] as number); bin++) {
      if ((sums[at + 2 * bin + 1] as number) * node.perBend >= 0.5) ordered[present++] = bin;
    }
    const smoothing = present > FEW_LEVELS ? this.rules.levelSmoothing : 0;
    const key = (bin: number) => (sums[at + 2 * bin] as number) / ((sums[at + 2 * bin + 1] as number) + smoothing);
    ordered.subarray(0, present).sort((a, b) => key(a) - key(b) || a - b);
    return present;
  }

  private levelSet(at: number, node: Sums): Int32Array {
    const { feature, bend } = this.cut;
    const present = this.orderLevels(at, feature, node);
    const right = new Set(this.ordered.subarray(this.cut.at + 1, present));
    const left = new Set(this.ordered.subarray(0, this.cut.at + 1));
    // levels that no row of the node has go where most rows go
    const mostLeft = 2 * bend > node.bend;
    return setOf(this.bins[feature] as number, (bin) => left.has(bin) || (mostLeft && !right.has(bin)));
  }

  private numberSet(at: number, node: Sums): Int32Array {
    const { feature, bend, missingLeft, at: cut } = this.cut;
    const missing = (this.bins[feature] as number) - 1;
    const some = (this.sums[at + 2 * missing + 1] as number) * node.perBend >= 0.5;
    // missing values where the node has none go where most rows go
    const left = some ? missingLeft : 2 * bend > node.bend;
    return setOf(missing + 1, (bin) => (bin === missing ? left : bin <= cut));
  }
}

/** The step that minimises the quadratic model of the loss, with l1 · |step| and l2 / 2 · step². */
export function stepOf(
  { gradient, bend }: Pick<Sums, "gradient" | "bend">,
  { l1, l2 }: Pick<SplitRules, "l1" | "l2">,
): number {
  const beyond = Math.sign(gradient) * shrunk(gradient, l1);
  return beyond === 0 ? 0 : -beyond / (bend + l2 + 1e-15);
}

interface Offer {
  readonly column: number;
  readonly at: number;
  readonly missingLeft: boolean;
  /** Of the left side. */
  readonly gradient: number;
  readonly bend: number;
  readonly node: Sums;
  /** Added to l2. */
  readonly extra: number;
}

interface Scan {
  readonly at: number;
  /** Of the missing. */
  readonly last: number;
  readonly column: number;
  readonly missingLeft: boolean;
  readonly node: Sums;
  readonly all: boolean;
}

function nothing(): Cut {
  return { gain: 0, feature: -1, at: 0, missingLeft: false, gradient: 0, bend: 0 };
}

function setOf(bins: number, has: (bin: number) => boolean): Int32Array {
  const set = new Int32Array(SET_WORDS);
  for (let bin = 0; bin < bins; bin++) {
    if (has(bin)) set[bin >> 5] = (set[bin >> 5] as number) | (1 << (bin & 31));
  }
  return set;
}
