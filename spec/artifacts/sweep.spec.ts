import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { lookAt } from "../../core/artifacts/look.js";
import { sweepArtifacts } from "../../core/artifacts/sweep.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sous-sweep-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const NOTHING = { blobs: new Set<string>(), snapshots: new Set<string>() };

describe("sweepArtifacts", () => {
  it("deletes what isn't kept, and only that", async () => {
    const artifacts = new Artifacts(folder);
    const [kept, lost] = await Promise.all([artifacts.put(Buffer.from("kept")), artifacts.put(Buffer.from("lost"))]);
    for (const digest of [kept, lost]) await mkdir(artifacts.snapshotFolder(digest), { recursive: true });
    expect(await sweepArtifacts(artifacts, { blobs: new Set([kept]), snapshots: new Set([lost]) })).toBe(2);
    expect(await artifacts.find(kept)).not.toBeNull();
    expect(await artifacts.find(lost)).toBeNull();
    expect(lookAt(artifacts.snapshotFolder(kept))).toBeNull();
    expect(lookAt(artifacts.snapshotFolder(lost))).not.toBeNull();
  });

  it("deletes what was found out about a blob with it", async () => {
    const artifacts = new Artifacts(folder);
    const [kept, lost] = [await artifacts.put(Buffer.from("kept")), await artifacts.put(Buffer.from("lost"))];
    for (const digest of [kept, lost]) await artifacts.putAnswer(digest, { of: "size" }, 4);
    expect(await sweepArtifacts(artifacts, { ...NOTHING, blobs: new Set([kept]) })).toBe(2);
    expect(await artifacts.findAnswer(kept, { of: "size" })).toBe(4);
    expect(await artifacts.findAnswer(lost, { of: "size" })).toBeNull();
  });

  it("leaves files alone that are no artifacts, and finds nothing in a folder that isn't there", async () => {
    const artifacts = new Artifacts(folder);
    expect(await sweepArtifacts(artifacts, NOTHING)).toBe(0);
    await mkdir(join(folder, "snapshots", "notes"), { recursive: true });
    expect(await sweepArtifacts(artifacts, NOTHING)).toBe(0);
    expect(lookAt(join(folder, "snapshots", "notes"))).not.toBeNull();
  });
});

describe("lookAt", () => {
  it("sees a file with size and time, and null where nothing can be seen", async () => {
    const path = join(folder, "a");
    await writeFile(path, "four");
    await symlink(join(folder, "gone"), join(folder, "link"));
    expect(lookAt(path)).toMatchObject({ size: 4n });
    expect([join(folder, "b"), join(path, "below"), join(folder, "link")].map(lookAt)).toEqual([null, null, null]);
  });
});
