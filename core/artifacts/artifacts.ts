import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SousError } from "../errors.js";
import { canonicalJson, type Json } from "../json.js";
import { digestOf, sha256 } from "./digest.js";
import { removeDurable, syncFolder, systemCode, writeDurable } from "./files.js";

/**
 * Content-addressed files in one folder: `<folder>/blobs/ab/cdef…`, named by the SHA-256 of their bytes, and
 * `<folder>/answers/<blob>/<question>`, what was found out about a blob and can be again.
 */
export class Artifacts {
  constructor(readonly folder: string) {}

  /** Keeps the bytes and returns their digest. Bytes that are there cost one read; damaged ones are written anew. */
  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    const path = this.pathOf(digest);
    if ((await this.find(digest)) === null) await writeDurable(path, bytes);
    else await syncFolder(dirname(path)); // another process may have renamed it there and not yet made that durable
    return digest;
  }

  /** The bytes, or null when they are not there or no longer what the digest says. Throws FILE_READ_FAILED. */
  async find(digest: string): Promise<Uint8Array | null> {
    const path = this.pathOf(digest);
    const bytes = await readFile(path).catch((error: unknown) => {
      if (systemCode(error) === "ENOENT") return null;
      throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(error) ?? String(error) }, { cause: error });
    });
    return bytes !== null && sha256(bytes) === digest ? bytes : null;
  }

  async remove(digest: string): Promise<void> {
    await removeDurable(this.pathOf(digest));
  }

  pathOf(digest: string): string {
    return join(this.folder, "blobs", checked(digest).slice(0, 2), digest.slice(2));
  }

  /**
   * Keeps the answer to a question about a blob. The question is a plain value with all that the answer depends on; its
   * digest names the file, so that whoever asks the same again finds it.
   */
  async putAnswer(blob: string, question: Json, answer: Json): Promise<void> {
    await writeDurable(this.answerPath(blob, question), canonicalJson({ answer, digest: digestOf(answer) }));
  }

  /** The answer, or null when it was never given, or is no longer what was kept. */
  async findAnswer(blob: string, question: Json): Promise<Json | null> {
    const text = await readFile(this.answerPath(blob, question), "utf8").catch(() => null); // given anew
    try {
      const { answer, digest } = JSON.parse(text ?? "{}");
      return answer !== undefined && digestOf(answer) === digest ? answer : null;
    } catch {
      return null; // damaged: given anew
    }
  }

  answerPath(blob: string, question: Json): string {
    return join(this.folder, "answers", checked(blob), digestOf(question));
  }

  /** Where the snapshot with this digest has its folder. */
  snapshotFolder(digest: string): string {
    return join(this.folder, "snapshots", checked(digest));
  }
}

/** Keeps a digest that came from outside from naming a path outside. */
function checked(digest: string): string {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new TypeError(`not a SHA-256 in lower-case hex: ${digest}`);
  return digest;
}
