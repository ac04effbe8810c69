/** The model cards that versions should have, from the record as it is now. */
import type { Artifacts } from "../artifacts/artifacts.js";
import { sha256 } from "../artifacts/digest.js";
import type { SnapshotSummary } from "../data/snapshot.js";
import { surfaceOf } from "../evaluator/surface.js";
import type { Entry } from "../ledger/entry.js";
import type { Recipe } from "../recipe/recipe.js";
import { modelCard } from "./card.js";
import { promotionOf, type Version } from "./champion.js";
import { FileDigests } from "./digests.js";
import { findImportance, versionJob } from "./explanation.js";

export interface CardPlaces {
  readonly artifacts: Artifacts;
  readonly entryAt: (seq: number) => Promise<Entry>;
  /** What the store knows of a snapshot, or null. */
  readonly summaryOf: (snapshot: string) => Promise<SnapshotSummary | null>;
}

/** Reads the two files that a card is made of and that are views themselves. */
export interface CardFiles {
  readonly model: () => Promise<Uint8Array | null>;
  readonly recipe: () => Promise<Uint8Array | null>;
}

interface Known {
  /** Path of the importance that the card would have, and its digest when the card was made; null: there was none. */
  readonly answer: string;
  readonly seen: string | null;
  readonly digest: string;
}

export class ModelCards {
  readonly #places: CardPlaces;
  readonly #digests = new FileDigests();
  /** By line of the ledger: a card is made again only where importance has come, so that a look at all costs a stat. */
  readonly #known = new Map<number, Known>();

  constructor(places: CardPlaces) {
    this.#places = places;
  }

  /** SHA-256 (hex) of a version's card; null where what it is made of is gone. */
  async digestOf(version: Version, files: CardFiles): Promise<string | null> {
    const known = this.#known.get(version.seq);
    if (known !== undefined && (await this.#digests.of(known.answer)) === known.seen) return known.digest;
    const answer = await this.#answerPath(version);
    const seen = await this.#digests.of(answer);
    const text = await this.textOf(version, files);
    if (text === null) return null;
    const fresh = { answer, seen, digest: sha256(text) };
    this.#known.set(version.seq, fresh);
    return fresh.digest;
  }

  async textOf(version: Version, files: CardFiles): Promise<string | null> {
    const { artifacts, entryAt, summaryOf } = this.#places;
    const entry = promotionOf(await entryAt(version.seq));
    const [model, recipe] = [await files.model(), await files.recipe()];
    if (model === null || recipe === null) return null;
    return modelCard({
      number: version.number,
      entry,
      recipe: JSON.parse(Buffer.from(recipe).toString()) as Recipe,
      columns: surfaceOf(model),
      summary: await summaryOf(entry.data.snapshot),
      importance: await findImportance(artifacts, versionJob(entry, version.model)),
    });
  }

  async #answerPath(version: Version): Promise<string> {
    const { artifacts, entryAt } = this.#places;
    return artifacts.answerPath(version.model, {
      ...versionJob(promotionOf(await entryAt(version.seq)), version.model),
    });
  }
}
