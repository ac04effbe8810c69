import { readFile, writeFile } from "node:fs/promises";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { firstWrongBlob } from "../../core/artifacts/verify.js";
import { inFolder } from "../support/folder.js";

test("the first blob whose bytes are not those of its name is named", () =>
  inFolder(async (folder) => {
    const artifacts = new Artifacts(folder);
    expect(await firstWrongBlob(artifacts)).toBeNull();
    const digests = await Promise.all(["a", "b", "c", "d"].map((text) => artifacts.put(Buffer.from(text))));
    expect(await firstWrongBlob(artifacts)).toBeNull();
    const [first = "", second = ""] = digests.map((digest) => artifacts.pathOf(digest)).sort();
    const [one, two] = [await readFile(first), await readFile(second)];
    await writeFile(second, one);
    expect(await firstWrongBlob(artifacts)).toBe(second);
    await writeFile(first, two);
    expect(await firstWrongBlob(artifacts)).toBe(first);
  }));
