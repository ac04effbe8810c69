import { readFile } from "node:fs/promises";
import { sha256 } from "../artifacts/digest.js";
import { lookAt, stampOf } from "../artifacts/look.js";

interface Known {
  readonly mark: string;
  readonly digest: string;
}

/**
 * Digests of files that are read again only when their stat changes: 1,000 settled recipes cost a few thousand stats a
 * pass and no reads. `ctime` is in the mark as it changes with the content and, unlike `mtime`, can't be set back.
 */
export class FileDigests {
  readonly #known = new Map<string, Known>();

  /** SHA-256 (hex) of the file, or null where there is none. */
  async of(path: string): Promise<string | null> {
    const mark = markOf(path);
    if (mark === null) return null;
    const known = this.#known.get(path);
    if (known?.mark === mark) return known.digest;
    const digest = sha256(await readFile(path));
    this.#known.set(path, { mark, digest });
    return digest;
  }
}

function markOf(path: string): string | null {
  const found = lookAt(path); // whatever can't be read has to be restored
  return found?.isFile() ? `${stampOf(found)}:${found.ctimeNs}` : null;
}
