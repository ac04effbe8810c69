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

type Trials = readonly FrozenTrial[];

/** Brings the part of the history that is kept in `view` to a length; `all` is by number, and ended that far. */
function extend(view: FrozenTrial[], length: number, all: Trials): Trials {
  for (let at = view.length; at < length; at++) view.push(all[at] as FrozenTrial);
  return view.length === length ? view : view.slice(0, length);
}

/** What trials see, in arrays that only grow: what is derived from one of them can be extended. */
export class Visible {
  readonly #lag: number;
  readonly #asked: FrozenTrial[] = [];
  /** At most one trial of each remainder by lag + 1 runs at once, so each can keep an array of its own. */
  readonly #running = new Map<number, FrozenTrial[]>();

  constructor(lag: number) {
    this.#lag = lag;
  }

  #settled(number: number): number {
    return Math.max(0, number - this.#lag);
  }

  /** For the proposal of a trial: the same array for all of them, as they are asked in order. */
  toAsk(number: number, all: Trials): View {
    const settled = this.#settled(number);
    return { trials: extend(this.#asked, settled, all), running: all.slice(settled, number).map(asRunning) };
  }

  /** For a trial while it runs, when newer ones may have seen more. */
  whileRunning(number: number, all: Trials): Trials {
    const place = number % (this.#lag + 1);
    const view = this.#running.get(place) ?? [];
    this.#running.set(place, view);
    return extend(view, this.#settled(number), all);
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
