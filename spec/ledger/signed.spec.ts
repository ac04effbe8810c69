import { createHash } from "node:crypto";
import { appendFile, cp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Body } from "../../core/ledger/entry.js";
import { type Ledger, openLedger } from "../../core/ledger/ledger.js";
import { readVerifier, verifierPath } from "../../core/ledger/signer.js";
import { TILE_WIDTH, type TileLevel, tilePath } from "../../core/ledger/tile-tree.js";
import { openCheckpoint } from "../../core/ledger/tlog/checkpoint.js";
import type { Verifier } from "../../core/ledger/tlog/note.js";
import { parseProof, proofFault } from "../../core/ledger/tlog/proof-file.js";
import { builtUrl, killAfter } from "../support/child.js";
import { inFolder } from "../support/folder.js";
import { decision, retired } from "./bodies.js";
import { treeHash } from "./tlog/twin.js";
import { firstBadLine } from "./twin.js";

const KILLS = Number(process.env.SOUS_KILLS ?? 4);

interface Place {
  readonly log: string;
  readonly keys: string;
}

const tileAt = (level: TileLevel, index: number, width: number = TILE_WIDTH) => tilePath({ level, index, width });

const inPlace = (work: (place: Place) => Promise<void>) =>
  inFolder((folder) => work({ log: join(folder, "log"), keys: join(folder, "keys") }));

const open = ({ log, keys }: Place): Promise<Ledger> => openLedger(log, { write: true, keys });

const many = (count: number, from = 0): Body[] => Array.from({ length: count }, (_, i) => retired(`r${from + i}`));

/** Appends all at once, which makes groups of them. */
async function appendAll(ledger: Ledger, bodies: readonly Body[]): Promise<void> {
  await Promise.all(bodies.map((body) => ledger.append(body)));
}

async function linesOf(log: string): Promise<Buffer[]> {
  const text = await readFile(join(log, "entries.jsonl"), "latin1");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => Buffer.from(line, "latin1"));
}

async function putLines(log: string, lines: readonly Buffer[]): Promise<void> {
  await writeFile(join(log, "entries.jsonl"), Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])));
}

/** Every tile that c2sp.org/tlog-tiles wants of a tree, straight from its definition. */
function tilesOf(lines: readonly Buffer[]): Map<string, Buffer> {
  const tiles = new Map<string, Buffer>();
  const put = (level: number | "entries", parts: readonly Buffer[]) => {
    for (let n = 0; n * 256 < parts.length; n += 1) {
      const tile = parts.slice(n * 256, n * 256 + 256);
      const name = String(n).padStart(3, "0");
      tiles.set(`tile/${level}/${name}${tile.length < 256 ? `.p/${tile.length}` : ""}`, Buffer.concat(tile));
    }
  };
  put(
    "entries",
    lines.map((line) => Buffer.concat([Buffer.from([line.length >> 8, line.length & 255]), line])),
  );
  for (let level = 0; 256 ** level <= lines.length; level += 1) {
    const width = 256 ** level;
    const whole = Math.floor(lines.length / width);
    put(
      level,
      Array.from({ length: whole }, (_, i) => treeHash(lines.slice(i * width, (i + 1) * width))),
    );
  }
  return tiles;
}

async function expectSigned({ log, keys }: Place, count: number): Promise<void> {
  const lines = await linesOf(log);
  expect(lines).toHaveLength(count);
  expect(firstBadLine(await readFile(join(log, "entries.jsonl")))).toBeNull();
  for (const [path, bytes] of tilesOf(lines)) expect([path, await readFile(join(log, path))]).toEqual([path, bytes]);
  const verifier = (await readVerifier(verifierPath(keys))) as Verifier;
  const opened = openCheckpoint(await readFile(join(log, "checkpoint"), "utf8"), () => [verifier]);
  expect(opened).toMatchObject({ checkpoint: { origin: verifier.name, size: count } });
  if (typeof opened !== "string") expect(Buffer.from(opened.checkpoint.root)).toEqual(treeHash(lines));
}

test("names of tiles are the ones of the specification", () => {
  expect(tileAt(0, 1_234_067)).toBe("tile/0/x001/x234/067");
  expect(tileAt("entries", 0, 5)).toBe("tile/entries/000.p/5");
  expect(tileAt(2, 999, 1)).toBe("tile/2/999.p/1");
  expect(tileAt(1, 1000)).toBe("tile/1/x001/000");
});

describe("a log that is signed", () => {
  test("has a checkpoint and every tile of its lines after each write, alone and in groups", () =>
    inPlace(async (place) => {
      const ledger = await open(place);
      await expectSigned(place, 0).catch(() => {}); // no lines, no file of lines
      let size = 0;
      for (const count of [1, 1, 3, 250, 1, 1, 300]) {
        await appendAll(ledger, many(count, size));
        size += count;
        await expectSigned(place, size);
      }
      expect((await openLedger(place.log, { write: false })).entries).toEqual(ledger.entries);
    }));

  test("goes on where it was, and a start writes nothing that is there", () =>
    inPlace(async (place) => {
      await appendAll(await open(place), many(300));
      const before = await readFile(join(place.log, "checkpoint"), "utf8");
      const ledger = await open(place);
      expect(await readFile(join(place.log, "checkpoint"), "utf8")).toBe(before);
      await ledger.append(retired("next"));
      await expectSigned(place, 301);
    }));

  test("gets its checkpoint and tiles back where they are lost, cut or damaged", () =>
    inPlace(async (place) => {
      await appendAll(await open(place), many(600));
      const full = join(place.log, tileAt(0, 1));
      const bundle = join(place.log, tileAt("entries", 2, 88));
      await rm(join(place.log, tileAt(0, 0)));
      await truncate(full, 100);
      await writeFile(bundle, (await readFile(bundle)).fill(0, 5, 9));
      await writeFile(join(place.log, "checkpoint"), Buffer.alloc(200));
      await open(place);
      await expectSigned(place, 600);
      await rm(join(place.log, "tile"), { recursive: true });
      await rm(join(place.log, "checkpoint"));
      await open(place);
      await expectSigned(place, 600);
    }));

  test("may have been begun without keys: it is signed as it stands at the next start", () =>
    inPlace(async (place) => {
      const old = await openLedger(place.log, { write: true });
      await appendAll(old, many(5));
      expect(await old.proof(1)).toBeNull();
      expect(await readdir(place.log)).toEqual(["entries.jsonl"]);
      const ledger = await open(place);
      await expectSigned(place, 5);
      await ledger.append(retired("next"));
      await expectSigned(place, 6);
    }));

  test("keeps no partial tile of a full one, and only the last bundle that is not full", () =>
    inPlace(async (place) => {
      const ledger = await open(place);
      await appendAll(ledger, many(250));
      for (let i = 0; i < 8; i += 1) await ledger.append(retired(`s${i}`));
      expect((await readdir(join(place.log, "tile/0"))).sort()).toEqual(["000", "001.p"]);
      expect((await readdir(join(place.log, "tile/0/001.p"))).sort()).toEqual(["1", "2"]);
      expect(await readdir(join(place.log, "tile/entries/001.p"))).toEqual(["2"]);
    }));
});

test("one entry that is refused takes nothing from those that wait with it", () =>
  inPlace(async (place) => {
    const ledger = await open(place);
    const bodies = [retired("a"), retired("b", "x".repeat(70_000)), retired("c")];
    const outcomes = await Promise.allSettled(bodies.map((body) => ledger.append(body)));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes).toMatchObject([
      { value: { seq: 1 } },
      { reason: { code: "LEDGER_ENTRY_TOO_LARGE" } },
      { value: { seq: 2 } },
    ]);
    await expectSigned(place, 2);
  }));

test("every entry has a proof that holds with the log's public key, at every size", () =>
  inPlace(async (place) => {
    const ledger = await open(place);
    for (const size of [1, 2, 255, 256, 257, 700]) {
      await appendAll(ledger, many(size - ledger.entries.length, ledger.entries.length));
      const verifier = (await readVerifier(verifierPath(place.keys))) as Verifier;
      const lines = await linesOf(place.log);
      for (const seq of new Set([1, 2, 255, 256, 257, size].filter((number) => number <= size))) {
        const proof = parseProof((await ledger.proof(seq)) ?? "");
        if (proof === null) throw new Error(`no proof of ${seq}`);
        expect(proofFault(proof, lines[seq - 1] as Buffer, () => [verifier])).toBeNull();
        expect(proofFault(proof, lines[seq % size] as Buffer, () => [verifier])).toBe(
          size === 1 ? null : "does not lead from the entry to the signed root",
        );
      }
    }
  }));

test("a tile that was changed under a running log makes no proof", () =>
  inPlace(async (place) => {
    const ledger = await open(place);
    await appendAll(ledger, many(300));
    const path = join(place.log, tileAt(0, 0));
    await writeFile(path, (await readFile(path)).fill(1, 0, 32));
    await expect(ledger.proof(2)).rejects.toMatchObject({ code: "LEDGER_TILES" });
  }));

describe("who has no key", () => {
  const refuses = async (place: Place, error: object) => {
    const names = (await readdir(place.log)).sort();
    const bytes = await readFile(join(place.log, "entries.jsonl")).catch(() => null);
    await expect(open(place)).rejects.toMatchObject(error);
    expect((await readdir(place.log)).sort()).toEqual(names);
    expect(await readFile(join(place.log, "entries.jsonl")).catch(() => null)).toEqual(bytes);
  };

  test("can't add an entry, though its chain holds", () =>
    inPlace(async (place) => {
      await appendAll(await open(place), many(3));
      await (await openLedger(place.log, { write: true })).append(decision("PROMOTED"));
      await refuses(place, { code: "LEDGER_FOREIGN", details: { seq: 4 } });
    }));

  test("can't cut the end off", () =>
    inPlace(async (place) => {
      const ledger = await open(place);
      await appendAll(ledger, many(4));
      await ledger.append(retired("last"));
      const lines = await linesOf(place.log);
      await putLines(place.log, lines.slice(0, 4));
      await refuses(place, { code: "LEDGER_CUT", details: { entries: 4, signed: 5 } });
      await putLines(place.log, lines.slice(0, 3));
      await rm(join(place.log, "checkpoint"));
      await refuses(place, { code: "LEDGER_CUT" });
      await rm(join(place.log, "entries.jsonl"));
      await refuses(place, { code: "LEDGER_CUT", details: { entries: 0 } });
    }));

  test.each([1, 257])("can't write the log anew from entry %i on: that one is named", (from) =>
    inPlace(async (place) => {
      await appendAll(await open(place), many(260));
      const forged = join(place.log, "..", "forged");
      const bodies = many(260).map((body, i) => (i === from - 1 ? retired("forged") : body));
      await appendAll(await openLedger(forged, { write: true }), bodies);
      const lines = await linesOf(place.log);
      const other = await linesOf(forged);
      await putLines(place.log, rechained([...lines.slice(0, from - 1), ...other.slice(from - 1)]));
      await refuses(place, { code: "LEDGER_REWRITTEN", details: { seq: from } });
      await rm(join(place.log, "tile"), { recursive: true });
      await refuses(place, {
        code: "LEDGER_REWRITTEN",
        message: expect.stringMatching(/entry 1 to 260, nobody can say/),
      });
    }),
  );

  test("can't begin another log by taking the signatures away", () =>
    inPlace(async (place) => {
      await appendAll(await open(place), many(3));
      await rm(join(place.log, "pending"));
      await refuses(place, { code: "LEDGER_SIGNATURE", message: /pending is gone/ });
      await rm(place.log, { recursive: true });
      await expect(open(place)).rejects.toMatchObject({ code: "LEDGER_SIGNATURE" });
    }));

  test("can't sign with another key", () =>
    inPlace(async (place) => {
      await appendAll(await open(place), many(3));
      const other = { log: join(place.log, "..", "other"), keys: join(place.log, "..", "other-keys") };
      await appendAll(await open(other), many(3));
      for (const name of ["pending", "checkpoint"]) {
        const own = await readFile(join(place.log, name));
        await cp(join(other.log, name), join(place.log, name));
        await refuses(place, {
          code: "LEDGER_SIGNATURE",
          message: expect.stringContaining(`${name} is not signed by`),
        });
        await writeFile(join(place.log, name), own.toString().replace("\n3\n", "\n4\n"));
        await refuses(place, { code: "LEDGER_SIGNATURE", message: expect.stringContaining("does not hold") });
        await writeFile(join(place.log, name), "hello");
        await refuses(place, { code: "LEDGER_SIGNATURE", message: expect.stringContaining("no signed note") });
        await writeFile(join(place.log, name), own);
      }
      await cp(join(other.keys, "log.key"), join(place.keys, "log.key"));
      await refuses(place, { code: "KEY_INVALID" });
    }));

  test("can't go on when the keys are gone: no new ones are made", () =>
    inPlace(async (place) => {
      await appendAll(await open(place), many(3));
      await rename(place.keys, `${place.keys}-away`);
      await refuses(place, { code: "KEY_MISSING", details: { path: join(place.keys, "log.key") } });
      await rename(`${place.keys}-away`, place.keys);
      await open(place);
    }));
});

/** Lines whose chain is made to hold, as anybody can. */
function rechained(lines: readonly Buffer[]): Buffer[] {
  const hex = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");
  let previous = "0".repeat(64);
  return lines.map((line, i) => {
    const { digest: _digest, ...entry } = JSON.parse(line.toString()) as Record<string, unknown>;
    const sorted = (value: object) =>
      JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
    const bare = { ...entry, seq: i + 1, previous };
    const chained = Buffer.from(sorted({ ...bare, digest: hex(sorted(bare)) }));
    previous = hex(chained);
    return chained;
  });
}

describe("a crash", () => {
  test("in a group leaves what was acknowledged before it; its own lines, whole or not, are moved to torn/", () =>
    inPlace(async (place) => {
      const ledger = await open(place);
      await appendAll(ledger, many(2));
      const acknowledged = await readFile(join(place.log, "checkpoint"));
      await appendAll(ledger, many(3, 2));
      const lines = await linesOf(place.log);
      const size = (count: number) => lines.slice(0, count).reduce((sum, line) => sum + line.length + 1, 0);
      const lengths = [size(2), size(2) + 7, size(3), size(3) + 7, size(4), size(5) - 1, size(5)];
      for (const length of lengths) {
        const crashed = { log: join(place.log, "..", `crashed-${length}`), keys: place.keys };
        await cp(place.log, crashed.log, { recursive: true });
        await writeFile(join(crashed.log, "checkpoint"), acknowledged);
        await truncate(join(crashed.log, "entries.jsonl"), length);
        const { entries } = await open(crashed);
        const kinds = entries.map(({ kind }) => kind).join(" ");
        const whole = "retired retired retired retired retired";
        expect(kinds).toBe(
          length === size(2) ? "retired retired" : length === size(5) ? whole : "retired retired repaired",
        );
        await expectSigned(crashed, entries.length);
      }
    }));

  test("before the first checkpoint is told anybody changes nothing: the next start signs", () =>
    inPlace(async (place) => {
      await appendAll(await openLedger(place.log, { write: true }), many(3));
      await open(place);
      await rm(verifierPath(place.keys));
      await open(place);
      await expectSigned(place, 3);
      for (const name of ["pending", "checkpoint"]) await rm(join(place.log, name));
      await rm(verifierPath(place.keys));
      await open(place);
      await expectSigned(place, 3);
    }));

  test("torn bytes after the last line are moved away and told, in a signed entry", () =>
    inPlace(async (place) => {
      await appendAll(await open(place), many(3));
      await appendFile(join(place.log, "entries.jsonl"), '{"half');
      expect((await open(place)).entries.at(-1)).toMatchObject({ kind: "repaired", bytes: 6 });
      await expectSigned(place, 4);
    }));

  test(
    "at any moment loses nothing that was acknowledged, and leaves a log that goes on",
    () =>
      inPlace(async (place) => {
        const script = `
        const { openLedger } = await import(${JSON.stringify(builtUrl("core/ledger/ledger.js"))});
        const ledger = await openLedger(${JSON.stringify(place.log)}, { write: true, keys: ${JSON.stringify(place.keys)} });
        const one = async (i) => {
          for (;;) console.log((await ledger.append({ kind: "retired", reason: "x".repeat(200 * i) })).digest);
        };
        for (let i = 0; i < 20; i += 1) void one(i);`;
        const acknowledged: string[] = [];
        for (let round = 0; round < KILLS; round += 1) {
          acknowledged.push(...(await killAfter(script, 1 + ((round * 17) % 40), (round * 3) % 5)));
        }
        const { entries } = await open(place);
        const digests = new Set(entries.map(({ digest }) => digest));
        expect(acknowledged.filter((digest) => !digests.has(digest))).toEqual([]);
        const lines = await linesOf(place.log);
        expect(firstBadLine(await readFile(join(place.log, "entries.jsonl")))).toBeNull();
        expect(lines).toHaveLength(entries.length);
      }),
    KILLS * 15_000,
  );
});
