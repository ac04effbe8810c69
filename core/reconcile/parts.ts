import type { Artifacts } from "../artifacts/artifacts.js";
import type { Descriptors, Evaluator } from "../evaluator/messages.js";
import type { Ledger } from "../ledger/ledger.js";
import { foldEntries, NOTHING_DECIDED, type Standing } from "../promotion/champion.js";
import type { ModelViews } from "../promotion/versions.js";
import type { Store } from "../store/store.js";
import type { Listener } from "./events.js";
import type { Home } from "./home.js";
import type { Turns } from "./turns.js";

/** What a reconciler works with; made by a composition root, or by hand in a test. */
export interface Parts {
  readonly home: Home;
  /** Absolute folders outside a recipe's own that its data may lie in. */
  readonly roots: readonly string[];
  readonly descriptors: Descriptors;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly standing: LiveStanding;
  readonly artifacts: Artifacts;
  readonly views: ModelViews;
  readonly evaluator: Evaluator;
  readonly turns: Turns;
  readonly emit: Listener;
}

/** The standing of a ledger that grows: each entry is folded in once. */
export class LiveStanding {
  readonly #ledger: Ledger;
  #standing: Standing = NOTHING_DECIDED;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  now(): Standing {
    const fresh = this.#ledger.entries.slice(this.#standing.seq);
    if (fresh.length > 0) this.#standing = foldEntries(fresh, this.#standing);
    return this.#standing;
  }
}
