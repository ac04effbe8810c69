import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadKeys } from "../../core/ledger/keys.js";
import { openLedger } from "../../core/ledger/ledger.js";
import { finishRotation, formerModelKeys, keyTerms, rotateKeys } from "../../core/ledger/rotation.js";
import { readVerifier, verifierPath } from "../../core/ledger/signer.js";
import { openCheckpoint } from "../../core/ledger/tlog/checkpoint.js";
import type { Verifier } from "../../core/ledger/tlog/note.js";
import { inFolder } from "../support/folder.js";
import { retired } from "./bodies.js";

interface Place {
  readonly log: string;
  readonly keys: string;
}

const inPlace = (work: (place: Place) => Promise<void>) =>
  inFolder((folder) => work({ log: join(folder, "log"), keys: join(folder, "keys") }));

const open = ({ log, keys }: Place) => openLedger(log, { write: true, keys });
const verifierIn = async (keys: string) => (await readVerifier(verifierPath(keys))) as Verifier;
const note = ({ log }: Place) => readFile(join(log, "checkpoint"), "utf8");

test("an entry hands the log on: the old key signs up to it, the new one from it, and the name stays", () =>
  inPlace(async (place) => {
    const ledger = await open(place);
    await ledger.append(retired("a"));
    const early = await note(place);
    const proof = (await ledger.proof(1)) ?? "";
    const old = await verifierIn(place.keys);
    const model = (await loadKeys(place.keys)).model.publicKey.export({ type: "spki", format: "pem" });
    await rotateKeys(ledger, place.keys);
    const now = await verifierIn(place.keys);
    expect([now.name, now.id === old.id]).toEqual([old.name, false]);
    expect(ledger.entries[1]).toMatchObject({ kind: "rotated", statement: expect.stringContaining(`— ${old.name} `) });
    expect(formerModelKeys(ledger.entries)).toEqual([model]);
    expect((await loadKeys(place.keys)).model.publicKey.export({ type: "spki", format: "pem" })).not.toBe(model);

    const later = await open(place);
    await later.append(retired("b"));
    const trusted = keyTerms(later.entries, now, "log");
    expect(openCheckpoint(await note(place), trusted)).toMatchObject({
      checkpoint: { size: 3 },
      signers: [{ id: now.id }],
    });
    expect(openCheckpoint(early, trusted)).toMatchObject({ checkpoint: { size: 1 }, signers: [{ id: old.id }] });
    expect(openCheckpoint(await note(place), () => [old])).toMatch(/not signed/);
    expect(later.proves(proof, 1)).toBe(true);
    expect(trusted(2).map(({ id }) => id)).toEqual([old.id, now.id]);
    expect(trusted(3).map(({ id }) => id)).toEqual([now.id]);
    expect(keyTerms(later.entries, old, "log")(3).map(({ id }) => id)).toEqual([now.id]);
  }));

test("keys may be changed again and again", () =>
  inPlace(async (place) => {
    const first = await open(place).then(() => verifierIn(place.keys));
    for (let i = 0; i < 3; i += 1) {
      const ledger = await open(place);
      await ledger.append(retired(`r${i}`));
      await rotateKeys(ledger, place.keys);
    }
    const { entries } = await open(place);
    expect(entries).toHaveLength(6);
    expect(keyTerms(entries, first, "log")(7)).toMatchObject([{ id: (await verifierIn(place.keys)).id }]);
    expect((await readdir(place.keys)).sort()).toEqual([".gitignore", "log.key", "log.pub", "model.key", "model.pub"]);
  }));

test("a crash at any step of it is finished at the next start, or leaves the old keys", () =>
  inPlace(async (place) => {
    await (await open(place)).append(retired("a"));
    const before = join(place.keys, "..", "before");
    const logBefore = join(place.keys, "..", "log-before");
    await cp(place.keys, before, { recursive: true });
    await cp(place.log, logBefore, { recursive: true });
    await rotateKeys(await open(place), place.keys);
    const now = await verifierIn(place.keys);
    const files = ["log.key", "model.key", "model.pub", "log.pub"];
    for (let done = 0; done <= files.length; done += 1) {
      const keys = join(place.keys, "..", `crashed-${done}`);
      await cp(before, keys, { recursive: true });
      await cp(place.keys, join(keys, "next"), { recursive: true });
      for (const name of files.slice(0, done)) await cp(join(place.keys, name), join(keys, name));
      const ledger = await openLedger(place.log, { write: true, keys });
      await expect(ledger.append(retired("b"))).resolves.toMatchObject({ kind: "retired" });
      expect((await verifierIn(keys)).id).toBe(now.id);
      expect((await readdir(keys)).sort()).toEqual([".gitignore", "log.key", "log.pub", "model.key", "model.pub"]);
    }
    const early = { log: logBefore, keys: before }; // the new keys were made, and no entry tells of them
    await cp(place.keys, join(before, "next"), { recursive: true });
    await (await open(early)).append(retired("b"));
    await rotateKeys(await open(early), early.keys);
    expect((await verifierIn(early.keys)).id).toBe(now.id);
  }));

test("a key that the log was handed on to, and that is in neither place, is asked for", () =>
  inPlace(async (place) => {
    const ledger = await open(place);
    const kept = join(place.keys, "..", "kept");
    await cp(place.keys, kept, { recursive: true });
    await rotateKeys(ledger, place.keys);
    await rm(place.keys, { recursive: true });
    await cp(kept, place.keys, { recursive: true });
    await expect(open(place)).rejects.toMatchObject({ code: "KEY_MISSING" });
    await expect(finishRotation(place.keys, ledger.entries)).rejects.toMatchObject({ code: "KEY_MISSING" });
  }));

test("only the key before can hand on", () =>
  inPlace(async (place) => {
    const ledger = await open(place);
    const old = await verifierIn(place.keys);
    await rotateKeys(ledger, place.keys);
    const [entry] = ledger.entries;
    if (entry?.kind !== "rotated") throw new Error("no rotation");
    const other = `${entry.log.to.slice(0, -4)}AAA=`;
    const forged = [
      { ...entry, statement: "hello" },
      { ...entry, model: { ...entry.model, to: entry.model.from } },
      { ...entry, log: { ...entry.log, to: other } },
      { ...entry, statement: entry.statement.replace(`— ${old.name}`, "— somebody") },
    ];
    for (const one of forged) {
      expect(() => keyTerms([one], old, "log")).toThrow(
        expect.objectContaining({ code: "LEDGER_DAMAGED", details: expect.objectContaining({ seq: 1 }) }),
      );
    }
    const stranger = { log: join(place.log, "..", "other"), keys: join(place.log, "..", "other-keys") };
    await open(stranger);
    const unknown = await verifierIn(stranger.keys);
    expect(() => keyTerms(ledger.entries, unknown, "log")).toThrow(
      expect.objectContaining({ code: "LEDGER_SIGNATURE" }),
    );
  }));

test("a new passphrase counts from the next rotation", () =>
  inPlace(async (place) => {
    const ledger = await open(place);
    process.env.SOUS_KEY_PASSPHRASE = "now";
    try {
      await rotateKeys(ledger, place.keys);
      expect(await readFile(join(place.keys, "log.key"), "utf8")).toMatch(/ENCRYPTED/);
      await (await open(place)).append(retired("a"));
    } finally {
      delete process.env.SOUS_KEY_PASSPHRASE;
    }
    await expect(open(place)).rejects.toMatchObject({ code: "KEY_LOCKED" });
    await writeFile(verifierPath(place.keys), "hello");
    await expect(open(place)).rejects.toMatchObject({ code: "KEY_INVALID" });
  }));
