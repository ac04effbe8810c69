/**
 * The papers of a version, by which others can tell what it is without this program: a bill of materials, signed
 * attestations, a signature of the folder, and the proof that the promotion is in the log. The bill follows from the record to the byte. A signature is never twice
 * the same, so one that holds is kept, whichever of the trusted keys made it.
 */
import type { KeyObject } from "node:crypto";
import { basename, join } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { surfaceOf } from "../evaluator/surface.js";
import type { Entry } from "../ledger/entry.js";
import type { Ledger } from "../ledger/ledger.js";
import { modelBom } from "../provenance/bom.js";
import { bundleHolds, writeBundle } from "../provenance/bundle.js";
import { type SignedFolder, signatureHolds, signFolder } from "../provenance/model-signature.js";
import type { Recipe } from "../recipe/recipe.js";
import type { CardFiles } from "./cards.js";
import { promotionOf, type Version } from "./champion.js";
import type { FileDigests } from "./digests.js";

/** One file that has to be, with where its bytes can be had. */
export interface Expected {
  readonly path: string;
  /** SHA-256 (hex) of the bytes; null where more than one content is right. */
  readonly digest: string | null;
  /** Whether a file with this SHA-256 (hex) is what the record asks for; reads it where that takes more than the digest. */
  holds(digest: string, read: () => Promise<Uint8Array>): Promise<boolean>;
  /** Null where what it is made of is gone. */
  bytes(): Promise<Uint8Array | null>;
  /** Whether a file with this SHA-256 (hex) was right once; absent: none was. */
  isBehind?(digest: string): boolean;
}

export interface ModelKeys {
  /** Private; null where nothing is to be signed. */
  readonly own: KeyObject | null;
  /** Public. */
  readonly trusted: readonly KeyObject[];
}

/** The log, as far as its entries can be proved. */
export type Provable = Pick<Ledger, "proof" | "proves">;

interface PaperPlaces {
  readonly entryAt: (seq: number) => Promise<Entry>;
  readonly keys: ModelKeys;
  /** Null where it is not signed. */
  readonly log: Provable | null;
}

const BOM = "model.cdx.json";
const ATTESTATIONS = "model.onnx.intoto.jsonl";
const SIGNATURE = "model.sig";
const PROOF = "model.tlog-proof";

/** What the signature is of. */
const SIGNED = ["model.onnx", "recipe.json", "evidence.json", BOM, ATTESTATIONS];

export const CARD = "README.md";

/** What it leaves out: files that grow as more is known, and itself. */
const UNSIGNED = [CARD, PROOF, SIGNATURE];

/** Names of all files that a version's folder may have. */
export const KNOWN_FILES: ReadonlySet<string> = new Set([...SIGNED, ...UNSIGNED]);

interface Given {
  readonly files: CardFiles;
  readonly digests: FileDigests;
}

export class Papers {
  readonly #places: PaperPlaces;
  /** By line of the ledger: the digest of the bill of materials. */
  readonly #bills = new Map<number, string>();
  /** What was found to hold, by path: a signature is checked once, and later looks cost a stat. */
  readonly #held = new Map<string, string>();

  constructor(places: PaperPlaces) {
    this.#places = places;
  }

  /** In the order in which they are to be made: each may rest on those before it. None of a version whose files are gone. */
  async of(version: Version, folder: string, { files, digests }: Given): Promise<readonly Expected[]> {
    const bill = await this.#billDigest(version, files);
    if (bill === null) return [];
    const { log } = this.#places;
    const attestations = join(folder, ATTESTATIONS);
    const signed = async () =>
      signedFolder(version, { name: basename(folder), bill, attestations: await digests.of(attestations) });
    return [
      fixed(join(folder, BOM), bill, () => this.#billBytes(version, files)),
      this.#attestations(version, attestations),
      this.#signature(join(folder, SIGNATURE), signed),
      ...(log === null ? [] : [this.#proof(log, version, join(folder, PROOF))]),
    ];
  }

  /** Null where the model or the recipe is gone. */
  async #billDigest(version: Version, files: CardFiles): Promise<string | null> {
    const known = this.#bills.get(version.seq);
    if (known !== undefined) return known;
    const bytes = await this.#billBytes(version, files);
    if (bytes === null) return null;
    this.#bills.set(version.seq, sha256(bytes));
    return sha256(bytes);
  }

  async #billBytes({ seq }: Version, files: CardFiles): Promise<Uint8Array | null> {
    const [model, recipe] = [await files.model(), await files.recipe()];
    if (model === null || recipe === null) return null;
    const entry = promotionOf(await this.#places.entryAt(seq));
    const columns = surfaceOf(model);
    return Buffer.from(modelBom({ entry, recipe: JSON.parse(Buffer.from(recipe).toString()) as Recipe, columns }));
  }

  #attestations({ seq }: Version, path: string): Expected {
    const { keys, entryAt } = this.#places;
    return this.#signed(path, {
      holds: async (text) => bundleHolds(text, promotionOf(await entryAt(seq)), keys.trusted),
      make: this.#byOwnKey(async (key) => writeBundle(promotionOf(await entryAt(seq)), key)),
    });
  }

  #signature(path: string, folder: () => Promise<SignedFolder>): Expected {
    const { trusted } = this.#places.keys;
    return this.#signed(path, {
      of: async () => JSON.stringify([...(await folder()).files]),
      holds: async (text) => signatureHolds(text, await folder(), trusted),
      make: this.#byOwnKey(async (key) => signFolder(await folder(), key)),
    });
  }

  /** Of the log as it was when the proof was made: one that holds is kept while the log grows. */
  #proof(log: Provable, { seq }: Version, path: string): Expected {
    return this.#signed(path, { holds: async (text) => log.proves(text, seq), make: () => log.proof(seq) });
  }

  #byOwnKey(sign: (key: KeyObject) => Promise<string>): () => Promise<string | null> {
    const { own } = this.#places.keys;
    return async () => (own === null ? null : sign(own));
  }

  #signed(path: string, { holds, make, of }: Signing): Expected {
    return {
      path,
      digest: null,
      holds: async (digest, read) => {
        const mark = `${digest} ${of === undefined ? "" : await of()}`;
        if (this.#held.get(path) === mark) return true;
        if (!(await holds(Buffer.from(await read()).toString()))) return false;
        this.#held.set(path, mark);
        return true;
      },
      bytes: async () => {
        const text = await make();
        return text === null ? null : Buffer.from(text);
      },
    };
  }
}

interface Signing {
  /** What else than the file the answer depends on. */
  readonly of?: () => Promise<string>;
  readonly holds: (text: string) => Promise<boolean>;
  readonly make: () => Promise<string | null>;
}

/** A file that can have one content only. */
export function fixed(path: string, digest: string, bytes: () => Promise<Uint8Array | null>): Expected {
  return { path, digest, bytes, holds: async (found) => found === digest };
}

interface Rest {
  readonly name: string;
  /** Digests of the two files that the log doesn't name. */
  readonly bill: string;
  readonly attestations: string | null;
}

/** A version's folder as the record has it, whatever lies there. */
function signedFolder({ model, recipe, evidence }: Version, { name, bill, attestations }: Rest): SignedFolder {
  const digests = [model, recipe, evidence, bill, attestations ?? ""];
  return { name, files: new Map(SIGNED.map((file, index) => [file, digests[index] ?? ""])), ignored: UNSIGNED };
}
