import { cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "../../core/clock.js";
import { openLedger } from "../../core/ledger/ledger.js";
import { rotateKeys } from "../../core/ledger/rotation.js";
import { readVerifier, verifierPath } from "../../core/ledger/signer.js";
import { TILE_WIDTH, type TileLevel, tilePath } from "../../core/ledger/tile-tree.js";
import { type Note, parseNote, parseVerifier, signersOf, timeOf, type Verifier } from "../../core/ledger/tlog/note.js";
import { verifyLedger } from "../../core/ledger/verify.js";
import { openKept, openWitness, witnessLog } from "../../core/ledger/witness.js";
import { inFolder } from "../support/folder.js";
import { retired } from "./bodies.js";

interface Place {
  readonly log: string;
  readonly keys: string;
  readonly witness: string;
}

const tileAt = (level: TileLevel, index: number, width: number = TILE_WIDTH) => tilePath({ level, index, width });

const inPlace = (work: (place: Place) => Promise<void>) =>
  inFolder((folder) =>
    work({ log: join(folder, "log"), keys: join(folder, "keys"), witness: join(folder, "witness") }),
  );

const open = ({ log, keys }: Pick<Place, "log" | "keys">) => openLedger(log, { write: true, keys });
const keyOf = async ({ keys }: Place) => (await readVerifier(verifierPath(keys))) as Verifier;

async function grow(place: Pick<Place, "log" | "keys">, names: readonly string[]): Promise<void> {
  const ledger = await open(place);
  await Promise.all(names.map((name) => ledger.append(retired(name))));
}

const look = async (place: Place, seconds = 1_800_000_000) =>
  witnessLog(place.witness, { folder: place.log, known: await keyOf(place) }, seconds);

const names = (count: number, word = "r") => Array.from({ length: count }, (_, i) => `${word}${i}`);

/** The same key, but a history that has other entries from `from` on: what its holder can always make. */
async function rewrite(place: Place, kept: number, others: readonly string[]): Promise<void> {
  const lines = (await readFile(join(place.log, "entries.jsonl"), "utf8")).split("\n");
  await rm(place.log, { recursive: true });
  await mkdir(place.log);
  await writeFile(
    join(place.log, "entries.jsonl"),
    lines
      .slice(0, kept)
      .map((line) => `${line}\n`)
      .join(""),
  );
  await rm(verifierPath(place.keys));
  await grow(place, others);
}

const verify = async (place: Place) => {
  const seen = await openWitness(place.witness);
  return verifyLedger(place.log, { known: seen?.known ?? null, seen });
};

test("a witness keeps what it saw and cosigns it, and sees what is new each time", () =>
  inPlace(async (place) => {
    await grow(place, names(3));
    const first = await look(place);
    expect(first).toMatchObject({ before: 0, now: 3, verification: { problem: null, entries: 3, signed: 3 } });
    await grow(place, names(300));
    expect(await look(place, 1_800_000_060)).toMatchObject({ before: 3, now: 303 });
    expect(await look(place)).toMatchObject({ before: 303, now: 303 });
    expect((await readdir(place.witness)).sort()).toEqual([
      ".gitignore",
      "checkpoint",
      "hashes",
      "log.pub",
      "witness.key",
    ]);
    const note = parseNote(await readFile(join(place.witness, "checkpoint"), "utf8")) as Note;
    const cosigner = parseVerifier(first.witness) as Verifier;
    expect(signersOf(note, [await keyOf(place), cosigner])).toHaveLength(2);
    expect(timeOf(note.signatures.at(-1) as Note["signatures"][number])).toBe(1_800_000_000);
    expect(await verify(place)).toMatchObject({ problem: null });
  }));

test.each([1, 4, 7])("entry %i that was put in another's place is named, though the log's own key signed it", (from) =>
  inPlace(async (place) => {
    await grow(place, names(8));
    await look(place);
    await rewrite(place, from - 1, names(12, "forged"));
    expect(await verifyLedger(place.log, { known: await keyOf(place), seen: null })).toMatchObject({ problem: null });
    expect((await verify(place)).problem).toMatchObject({ code: "LEDGER_REWRITTEN", details: { seq: from } });
    const before = await readFile(join(place.witness, "checkpoint"));
    expect((await look(place)).verification.problem).toMatchObject({ code: "LEDGER_REWRITTEN" });
    expect(await readFile(join(place.witness, "checkpoint"))).toEqual(before);
  }),
);

test("an end that was cut off is found, also by a checkpoint that was kept alone", () =>
  inPlace(async (place) => {
    await grow(place, names(8));
    await look(place);
    const kept = join(place.witness, "..", "kept.txt");
    await cp(join(place.log, "checkpoint"), kept);
    expect(await verifyLedger(place.log, { known: null, seen: await openKept(kept) })).toMatchObject({ problem: null });
    await rewrite(place, 5, []);
    const cut = { code: "LEDGER_CUT", details: { entries: 5, signed: 8 } };
    expect((await verify(place)).problem).toMatchObject(cut);
    expect((await verifyLedger(place.log, { known: null, seen: await openKept(kept) })).problem).toMatchObject(cut);
    await grow(place, names(6, "forged"));
    expect((await verifyLedger(place.log, { known: null, seen: await openKept(kept) })).problem).toMatchObject({
      code: "LEDGER_REWRITTEN",
    });
    await expect(openKept(join(place.log, "entries.jsonl"))).rejects.toMatchObject({ code: "WITNESS_DAMAGED" });
  }));

test("follows the log to a new key, and to no other log", () =>
  inPlace(async (place) => {
    await grow(place, names(2));
    await look(place);
    await rotateKeys(await open(place), place.keys);
    await grow(place, names(2));
    expect(await look(place)).toMatchObject({ before: 2, now: 5, verification: { problem: null } });
    const other = { ...place, log: join(place.log, "..", "other"), keys: join(place.log, "..", "other-keys") };
    await grow(other, names(9));
    expect((await look(other)).verification.problem).not.toBeNull();
    await rename(place.witness, `${place.witness}-old`);
    await rotateKeys(await open(other), other.keys);
    expect(await look(other)).toMatchObject({ before: 0, now: 10 });
  }));

test("a witness that was changed itself is not believed", () =>
  inPlace(async (place) => {
    await grow(place, names(5));
    await look(place);
    const damage: [string, (bytes: Buffer) => Buffer][] = [
      ["hashes", (bytes) => bytes.fill(7, 40, 50)],
      ["hashes", (bytes) => bytes.subarray(0, 100)],
      ["checkpoint", (bytes) => Buffer.from(bytes.toString().replace("\n5\n", "\n4\n"))],
      ["checkpoint", (bytes) => Buffer.from(bytes.toString().split("\n").slice(0, 5).join("\n").concat("\n"))],
    ];
    for (const [name, change] of damage) {
      const path = join(place.witness, name);
      const whole = await readFile(path);
      await writeFile(path, change(Buffer.from(whole)));
      await expect(verify(place)).rejects.toMatchObject({ code: "WITNESS_DAMAGED" });
      await writeFile(path, whole);
    }
    await rm(join(place.witness, "witness.key"));
    await expect(verify(place)).rejects.toMatchObject({ code: "KEY_MISSING" });
  }));

test("hashes that a crash left without a checkpoint are seen anew", () =>
  inPlace(async (place) => {
    await grow(place, names(3));
    await look(place);
    const early = await readFile(join(place.witness, "checkpoint"));
    await grow(place, names(3));
    await look(place);
    await writeFile(join(place.witness, "checkpoint"), early);
    await truncate(join(place.witness, "hashes"), 5 * 32 + 7);
    expect(await look(place)).toMatchObject({ before: 3, now: 6 });
    expect(await verify(place)).toMatchObject({ problem: null });
  }));

test("a log that nothing signed yet gives a witness nothing to sign", () =>
  inPlace(async (place) => {
    await (await openLedger(place.log, { write: true })).append(retired("a"));
    await expect(witnessLog(place.witness, { folder: place.log, known: null }, 0)).rejects.toMatchObject({
      code: "LEDGER_UNSIGNED",
    });
  }));

describe("without a witness, verifyLedger", () => {
  const found = async (place: Place) =>
    (await verifyLedger(place.log, { known: await keyOf(place), seen: null })).problem;

  test("names a tile that is gone, differs, or belongs to none", () =>
    inPlace(async (place) => {
      await grow(place, names(300));
      await grow(place, ["one more"]);
      expect(await found(place)).toBeNull();
      for (const name of [tileAt(0, 0), tileAt(0, 1, 45), tileAt(0, 1, 44), tileAt(1, 0, 1), tileAt("entries", 0)]) {
        const path = join(place.log, name);
        const whole = await readFile(path);
        await writeFile(path, Buffer.from(whole).fill(9, 3, 4));
        expect(await found(place)).toMatchObject({ code: "LEDGER_TILE", details: { path } });
        await rm(path);
        const earlier = name === tileAt(0, 1, 44); // of a tree before this one, which need not be there
        expect(await found(place)).toEqual(
          earlier ? null : expect.objectContaining({ details: { path, reason: "is gone" } }),
        );
        await writeFile(path, whole);
      }
      const stray = join(place.log, tileAt(0, 2));
      await writeFile(stray, "x");
      expect(await found(place)).toMatchObject({
        code: "LEDGER_TILE",
        details: { path: stray, reason: "belongs to no tile" },
      });
    }));

  test("names a signature that is gone or of another key, an entry that nobody announced, an end that was cut off", () =>
    inPlace(async (place) => {
      await grow(place, names(3));
      for (const name of ["checkpoint", "pending"]) {
        const path = join(place.log, name);
        const whole = await readFile(path);
        await writeFile(path, whole.toString().replace("\n3\n", "\n4\n"));
        expect(await found(place)).toMatchObject({ code: "LEDGER_SIGNATURE", details: { path } });
        await rm(path);
        expect(await found(place)).toMatchObject({ code: "LEDGER_SIGNATURE", details: { path, reason: "is gone" } });
        await writeFile(path, whole);
      }
      const path = join(place.log, "entries.jsonl");
      const lines = await readFile(path);
      await (await openLedger(place.log, { write: true })).append(retired("forged"));
      expect(await found(place)).toMatchObject({ code: "LEDGER_FOREIGN", details: { seq: 4 } });
      await writeFile(path, lines.subarray(0, lines.indexOf(0x0a) + 1));
      expect(await found(place)).toMatchObject({ code: "LEDGER_CUT", details: { entries: 1, signed: 3 } });
      await writeFile(path, lines);
      expect(await found(place)).toBeNull();
    }));

  test("finds nothing wrong where a crash ended a write between two of its steps", () =>
    inPlace(async (place) => {
      await grow(place, []);
      const [checkpoint, pending] = [join(place.log, "checkpoint"), join(place.log, "pending")];
      await rm(checkpoint); // announced for the first time, and not yet signed
      expect(await found(place)).toBeNull();
      await grow(place, names(255));
      const early = await readFile(checkpoint);
      await grow(place, names(3));
      await writeFile(checkpoint, early); // lines and tiles are there, and not yet signed
      expect(await found(place)).toBeNull();
      const announced = await readFile(pending);
      await grow(place, names(2));
      await writeFile(checkpoint, early);
      await writeFile(pending, announced);
      expect(await found(place)).toMatchObject({ code: "LEDGER_FOREIGN", details: { seq: 259 } });
    }));

  test("finds nothing wrong while the log grows", () =>
    inPlace(async (place) => {
      const ledger = await open(place);
      await ledger.append(retired("first"));
      let isOver = false;
      const growing = (async () => {
        for (let i = 0; i < 30; i += 1) {
          await ledger.append(retired(`r${i}`));
          await sleep(40); // a check of a log this short takes a tenth of that
        }
        isOver = true;
      })();
      const found: unknown[] = [];
      while (!isOver) found.push((await verifyLedger(place.log, { known: await keyOf(place), seen: null })).problem);
      await growing;
      expect(found.filter((problem) => problem !== null)).toEqual([]);
    }));
});
