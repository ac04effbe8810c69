/**
 * Signs a log as it grows. Each group of lines is announced before it is appended, and the tree that it gives is signed
 * after. So every line that a crash leaves was announced, and a line that nobody announced is none of ours.
 */
import { writeDerived, writeDurable } from "../artifacts/files.js";
import type { Entry } from "./entry.js";
import type { Roster } from "./roster.js";
import { mendRoster, writeRoster } from "./roster-files.js";
import { announcementText, checkpointPath, pendingPath } from "./signed.js";
import type { TileWriter } from "./tiles.js";
import { checkpointText } from "./tlog/checkpoint.js";
import { type Frontier, leafHash } from "./tlog/merkle.js";
import { formatNote, type Signer, signText, type Trusted } from "./tlog/note.js";
import type { TreeHead } from "./tlog/proofs.js";

/** Lines of a stream without a pause after which its roster is written: 1,000 recipes take a tenth of a second. */
const MOST_UNLISTED = 16_384;

interface Growth {
  readonly tree: Frontier;
  readonly lines: readonly Uint8Array[];
  readonly leaves: readonly Uint8Array[];
}

/** A tree as its lines give it, with the writer of just that tree's tiles, and the roster of just its lines. */
interface Planted {
  readonly tree: Frontier;
  readonly tiles: TileWriter;
  readonly roster: Roster;
}

interface Signing {
  readonly signer: Signer;
  readonly trusted: Trusted;
}

export class Seal {
  /** Keys that may have signed this log. */
  readonly trusted: Trusted;
  readonly #folder: string;
  readonly #signer: Signer;
  readonly #tiles: TileWriter;
  readonly #roster: Roster;
  #tree: Frontier;
  #next: Growth | null = null;
  #isPublished = false;
  /** Lines that the roster's files lack. */
  #unlisted = 0;

  constructor(folder: string, { signer, trusted }: Signing, { tree, tiles, roster }: Planted) {
    this.#folder = folder;
    this.#signer = signer;
    this.trusted = trusted;
    this.#tree = tree;
    this.#tiles = tiles;
    this.#roster = roster;
  }

  get head(): TreeHead {
    return { size: this.#tree.size, root: this.#tree.root() };
  }

  /** Before lines are appended. Throws FILE_WRITE_FAILED, and then they must not be. */
  async announce(lines: readonly Uint8Array[]): Promise<void> {
    const leaves = lines.map(leafHash);
    const tree = this.#tree.copy();
    for (const leaf of leaves) tree.push(leaf);
    const growth = { from: this.head, to: { size: tree.size, root: tree.root() } };
    await writeDurable(pendingPath(this.#folder), this.#sign(announcementText(this.#origin, growth)));
    this.#next = { tree, lines, leaves };
  }

  /** After the announced lines are on disk. @param entries one of each line */
  accept(entries: readonly Entry[]): void {
    if (this.#next === null) return;
    const { tree, lines, leaves } = this.#next;
    for (const [i, line] of lines.entries()) {
      this.#tiles.add(line, leaves[i] as Uint8Array);
      this.#roster.add(entries[i] as Entry, line.length);
    }
    this.#tree = tree;
    this.#next = null;
    this.#isPublished = false;
    this.#unlisted += lines.length;
  }

  /**
   * Signs the tree as it is, and gives the checkpoint. Throws FILE_WRITE_FAILED, and goes on when called again.
   * @param isBusy more lines wait: the roster, which has a file for each recipe, may follow with them
   */
  async publish(isBusy = false): Promise<string> {
    const checkpoint = this.#sign(checkpointText({ origin: this.#origin, ...this.head }));
    if (!this.#isPublished) {
      await this.#tiles.write();
      if (!isBusy || this.#unlisted >= MOST_UNLISTED) await this.#writeRoster();
      await writeDerived(checkpointPath(this.#folder), checkpoint);
      this.#isPublished = true;
    }
    return checkpoint;
  }

  /** Writes what differs of a roster that no file has yet. Throws FILE_WRITE_FAILED. */
  mendRoster(): Promise<void> {
    return mendRoster(this.#folder, this.#roster, this.#rosterHead());
  }

  async #writeRoster(): Promise<void> {
    await writeRoster(this.#folder, this.#roster, this.#rosterHead());
    this.#unlisted = 0;
  }

  #rosterHead(): string {
    return this.#sign(this.#roster.text(this.#origin, this.head));
  }

  get #origin(): string {
    return this.#signer.verifier.name;
  }

  #sign(text: string): string {
    return formatNote({ text, signatures: [signText(text, this.#signer)] });
  }
}
