/** Grows one tree: the leaf with the best split next, or level by level; the larger child's histogram by subtraction. */
import { BINS, type Feature } from "./encoding.js";
import { bytesOf, type Kernel, strideOf } from "./kernel.js";
import { type Bounds, bounded, boundsOf, FREE, type Signs } from "./monotone.js";
import { Coins } from "./sampling.js";
import { type Split, type SplitRules, SplitSearch, type Sums, stepOf } from "./split.js";
import { type Tree, TreeBuilder } from "./tree.js";

export interface GrowthRules extends SplitRules {
  readonly leaves: number;
  /** Splits between the root and a leaf; Infinity: as many as come. */
  readonly depth: number;
  /** `leaf`: the best split first; `level`: all of one depth before the next. */
  readonly growth: "leaf" | "level";
  /** Share of the tree's columns that each split is looked for in, above 0. */
  readonly nodeSample: number;
  /** What leaf values are multiplied by. */
  readonly rate: number;
}

interface Leaf extends Sums, Bounds {
  readonly node: number;
  readonly depth: number;
  /** Its rows are `order[begin … end)`. */
  readonly begin: number;
  readonly end: number;
  /** Its histogram's; −1: not kept. */
  readonly slot: number;
  /** Null: none gains anything. */
  readonly split: Split | null;
}

/** A leaf before its histogram has been looked at. */
type Part = Omit<Leaf, "split" | "node" | "slot">;

export interface Grown {
  readonly tree: Tree;
  /** Gives each leaf another value, made of the rows that it was grown on. */
  setLeaves(of: (rows: Int32Array) => number): void;
  /** Adds what the tree says of each of the rows that it was grown on. */
  addTo(scores: Float64Array): void;
}

export class Grower {
  private readonly search: SplitSearch;
  /** Numbers of a histogram. */
  private readonly length: number;
  private free: number[] = [];
  private columns: Int32Array = new Int32Array(0);
  private coins = new Coins(0, 0);
  private builder = new TreeBuilder();
  /** Multiply-adds so far. */
  work = 0;

  constructor(
    private readonly kernel: Kernel,
    features: readonly Feature[],
    private readonly rules: GrowthRules,
    private readonly signs: Signs = new Int8Array(features.length),
  ) {
    const stride = strideOf(kernel.size);
    this.search = new SplitSearch(features, kernel, rules, signs);
    this.length = kernel.size.width * stride;
  }

  /** @param rows the first so many of `kernel.order` are grown on; their order changes */
  grow(rows: number, columns: Int32Array, coins: Coins): Grown {
    this.columns = columns;
    this.coins = coins;
    this.kernel.use(columns);
    this.builder = new TreeBuilder();
    this.free = Array.from({ length: this.kernel.size.slots }, (_, at) => at).reverse();
    const leaves = [this.root(rows)];
    while (leaves.length < this.rules.leaves) {
      const next = this.next(leaves);
      if (next < 0) break;
      const [leaf] = leaves.splice(next, 1) as [Leaf];
      leaves.push(...this.split(leaf, leaf.split as Split));
    }
    const tree = this.builder.tree();
    return {
      tree,
      addTo: (scores) => this.addTo(scores, leaves, tree),
      setLeaves: (of) => {
        for (const leaf of leaves)
          tree.value[leaf.node] = this.rules.rate * bounded(of(this.kernel.order.subarray(leaf.begin, leaf.end)), leaf);
      },
    };
  }

  private addTo(scores: Float64Array, leaves: readonly Leaf[], { value }: Tree): void {
    const { order } = this.kernel;
    for (const { node, begin, end } of leaves) {
      const added = value[node] as number;
      for (let at = begin; at < end; at++) {
        const row = order[at] as number;
        scores[row] = (scores[row] as number) + added;
      }
    }
  }

  private root(rows: number): Leaf {
    const { pairs, order } = this.kernel;
    let [gradient, bend] = [0, 0];
    for (let at = 0; at < rows; at++) {
      const row = order[at] as number;
      gradient += pairs[2 * row] as number;
      bend += pairs[2 * row + 1] as number;
    }
    const part = { gradient, bend, perBend: perBend(rows, bend), depth: 0, begin: 0, end: rows, ...FREE };
    return this.settle(part, this.filled(part));
  }

  /** Which leaf is split next; −1: none can be. */
  private next(leaves: readonly Leaf[]): number {
    let best = -1;
    leaves.forEach((leaf, at) => {
      if (leaf.split !== null && (best < 0 || this.isBefore(leaf, leaves[best] as Leaf))) best = at;
    });
    return best;
  }

  private isBefore(one: Leaf, other: Leaf): boolean {
    if (this.rules.growth === "level" && one.depth !== other.depth) return one.depth < other.depth;
    return (one.split as Split).gain > (other.split as Split).gain;
  }

  private split(leaf: Leaf, split: Split): [Leaf, Leaf] {
    const middle = this.kernel.divide(split.feature, bytesOf(split.set), leaf.begin, leaf.end);
    this.work += leaf.end - leaf.begin;
    const [first, second] = this.partsOf(leaf, split, middle);
    const firstIsSmall = middle - leaf.begin <= leaf.end - middle;
    const [small, large] = firstIsSmall ? [first, second] : [second, first];
    const slot = this.filled(small);
    const larger = this.larger(leaf, large, slot);
    const [one, other] = [this.settle(small, slot), this.settle(large, larger)];
    const children: [Leaf, Leaf] = firstIsSmall ? [one, other] : [other, one];
    this.builder.split(leaf.node, split, [children[0].node, children[1].node]);
    return children;
  }

  private partsOf(leaf: Leaf, { gradient, bend, feature }: Split, middle: number): [Part, Part] {
    const depth = leaf.depth + 1;
    const others = { gradient: leaf.gradient - gradient, bend: leaf.bend - bend };
    const steps = [stepOf({ gradient, bend }, this.rules), stepOf(others, this.rules)] as const;
    const [one, other] = boundsOf(this.signs[feature] as number, leaf, steps);
    const part = (sums: typeof others, { low, high }: Bounds, begin: number, end: number): Part => {
      const { gradient, bend } = sums;
      return { gradient, bend, perBend: perBend(end - begin, bend), depth, begin, end, low, high };
    };
    return [part({ gradient, bend }, one, leaf.begin, middle), part(others, other, middle, leaf.end)];
  }

  /** A slot with the histogram of these rows. */
  private filled({ begin, end }: Part): number {
    const slot = this.free.pop() as number;
    this.kernel.accumulate(slot, begin, end);
    this.work += (end - begin) * this.columns.length;
    return slot;
  }

  /** A slot with the histogram of the larger child: what the smaller one leaves of their parent's, where that was kept. */
  private larger(leaf: Leaf, part: Part, smaller: number): number {
    if (leaf.slot < 0) return this.filled(part);
    this.kernel.subtract(leaf.slot, smaller);
    return leaf.slot;
  }

  /** Looks for the best split, and keeps the histogram where there is one and two slots remain to go on with. */
  private settle(part: Part, slot: number): Leaf {
    const { rate, depth, minRows, nodeSample } = this.rules;
    const node = this.builder.leaf(rate * bounded(stepOf(part, this.rules), part));
    const splits = part.depth < depth && part.end - part.begin >= 2 * minRows;
    const columns = splits ? this.coins.some(this.columns, nodeSample) : this.columns;
    const split = splits ? this.search.best(slot * this.length, columns, part, this.coins) : null;
    this.work += columns.length * BINS;
    const isKept = split !== null && this.free.length >= 2;
    if (!isKept) this.free.push(slot);
    const { gradient, bend, perBend, begin, end, low, high } = part;
    // written out: to copy the part took a quarter of the time of trees with few rows
    return { gradient, bend, perBend, depth: part.depth, begin, end, low, high, node, slot: isKept ? slot : -1, split };
  }
}

function perBend(rows: number, bend: number): number {
  return rows / Math.max(bend, 1e-300);
}
