/**
 * Logical time: what trial n may see. Trials before n − lag are seen as they ended, the others before n as running,
 * even if they have ended: so the proposals, and with them the log, don't depend on which trial ends first.
 */
import { foldTrials } from "../history/fold.js";
import { sameDistribution } from "../space/distribution.js";
import type { Distribution, FrozenTrial, Space } from "../types.js";

export function isFinished({ state }: FrozenTrial): boolean {
  return state !== "waiting" && state !== "running";
}

/** The trial as it was when it had just been asked. */
function asRunning(trial: FrozenTrial): FrozenTrial {
  const { number, why } = trial;
  const { params, distributions } = trial.asked ?? trial;
  return { number, state: "running", params, distributions, values: null, intermediate: [], userAttrs: {}, why };
}

export interface View {
  readonly trials: readonly FrozenTrial[];
  readonly running: readonly FrozenTrial[];
}

/**
 * What trials see, asked for in the order of their numbers: then it is always the same array, and only grows. A trial that
 * looks again, while it runs, at less than newer ones have seen gets a copy, and the same one each time.
 */
export class Visible {
  readonly #lag: number;
  readonly #ended: FrozenTrial[] = [];
  /** By length; at most one for each trial that can run at once. */
  readonly #copies = new Map<number, readonly FrozenTrial[]>();

  constructor(lag: number) {
    this.#lag = lag;
  }

  /** `all` by number; those before number − lag must have ended. */
  to(number: number, all: readonly FrozenTrial[]): View {
    const settled = Math.max(0, number - this.#lag);
    for (let at = this.#ended.length; at < settled; at++) this.#ended.push(all[at] as FrozenTrial);
    const trials = this.#ended.length === settled ? this.#ended : this.#copy(settled);
    return { trials, running: all.slice(settled, number).map(asRunning) };
  }

  #copy(length: number): readonly FrozenTrial[] {
    const copy = this.#copies.get(length) ?? this.#ended.slice(0, length);
    this.#copies.set(length, copy);
    if (this.#copies.size > this.#lag + 1) this.#copies.delete(Math.min(...this.#copies.keys()));
    return copy;
  }
}

interface Seen {
  readonly distributions: Map<string, Distribution>;
  space: Space | null;
}

const seen = foldTrials<object, Seen>(
  () => ({ distributions: new Map(), space: null }),
  (state, { distributions }) => {
    for (const [name, distribution] of Object.entries(distributions)) {
      const known = state.distributions.get(name);
      if (known !== undefined && sameDistribution(known, distribution)) continue;
      state.distributions.set(name, distribution);
      state.space = null;
    }
  },
);

const ANY = {};

/** The space that define-by-run objectives have shown so far: each name with its latest distribution. */
export function seenSpace(trials: readonly FrozenTrial[]): Space {
  const state = seen(trials, ANY);
  state.space ??= Object.fromEntries(state.distributions);
  return state.space;
}
