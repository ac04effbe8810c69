import { appendFile, cp, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { type Body, type Entry, GENESIS } from "../../core/ledger/entry.js";
import { openLedger } from "../../core/ledger/ledger.js";
import { verifyLedger } from "../../core/ledger/verify.js";
import { builtUrl, killAfter } from "../support/child.js";
import { inFolder } from "../support/folder.js";
import { decision, retired } from "./bodies.js";
import { firstBadLine } from "./twin.js";

/** How often a child is killed; the full number is 50, `SOUS_KILLS=50 npm test -- spec/store spec/ledger`. */
const KILLS = Number(process.env.SOUS_KILLS ?? 4);

const FIXTURES = join(import.meta.dirname, "../fixtures/ledger");

/** The shortest body that there can be, of a kind that this version does not know. */
const SHORT: Body = JSON.parse('{"kind":"note"}');

async function writeLog(folder: string, bodies: readonly Body[]): Promise<Buffer> {
  const ledger = await openLedger(folder, { write: true });
  for (const body of bodies) await ledger.append(body);
  return bytesOf(folder);
}

function bytesOf(folder: string): Promise<Buffer> {
  return readFile(join(folder, "entries.jsonl"));
}

async function putBytes(folder: string, bytes: Uint8Array): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "entries.jsonl"), bytes);
}

describe("append", () => {
  test("gives entries that a later opening reads back the same", () =>
    inFolder(async (folder) => {
      const ledger = await openLedger(folder, { write: true });
      const first = await ledger.append(retired("a"));
      const second = await ledger.append(decision("PROMOTED"));
      expect(first).toMatchObject({ seq: 1, previous: GENESIS, kind: "retired" });
      expect(second).toMatchObject({ seq: 2, ...decision("PROMOTED") });
      expect(ledger.entries).toEqual([first, second]);
      expect((await openLedger(folder, { write: false })).entries).toEqual([first, second]);
      expect(firstBadLine(await bytesOf(folder))).toBeNull();
    }));

  test("serves calls made at once in their order, each with what its body was when it was called", () =>
    inFolder(async (folder) => {
      const ledger = await openLedger(folder, { write: true });
      const body = { ...retired("r") };
      const entries = await Promise.all(
        Array.from({ length: 20 }, (_, i) => {
          Object.assign(body, { reason: `reason ${i}` });
          return ledger.append(body);
        }),
      );
      expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      expect(entries.map((entry) => (entry as { reason: string }).reason)).toEqual(
        Array.from({ length: 20 }, (_, i) => `reason ${i}`),
      );
      expect(firstBadLine(await bytesOf(folder))).toBeNull();
    }));

  test("hands out entries that nobody can change", () =>
    inFolder(async (folder) => {
      const ledger = await openLedger(folder, { write: true });
      const entry = (await ledger.append(retired("a"))) as Entry & { recipe: { name: string } };
      expect(() => Object.assign(entry.recipe, { name: "b" })).toThrow(TypeError);
      const read = (await openLedger(folder, { write: false })).entries[0] as typeof entry;
      expect(() => Object.assign(read.recipe, { name: "b" })).toThrow(TypeError);
    }));

  test("takes lines up to 65,535 bytes and refuses longer ones without a trace", () =>
    inFolder(async (folder) => {
      const ledger = await openLedger(folder, { write: true });
      await ledger.append(retired("a", ""));
      const room = 65_535 - ((await bytesOf(folder)).length - 1);
      await expect(ledger.append(retired("a", "x".repeat(room + 1)))).rejects.toMatchObject({
        code: "LEDGER_ENTRY_TOO_LARGE",
        details: { entry: "retired", bytes: 65_536, limit: 65_535 },
      });
      expect(await ledger.append(retired("a", "x".repeat(room)))).toMatchObject({ seq: 2 });
      expect(await openLedger(folder, { write: false })).toMatchObject({ entries: { length: 2 } });
    }));

  test("refuses what JSON has no word for, and goes on", () =>
    inFolder(async (folder) => {
      const ledger = await openLedger(folder, { write: true });
      const refused = ledger.append(decision("REJECTED", { alpha: Number.NaN }));
      const taken = ledger.append(retired("a"));
      await expect(refused).rejects.toMatchObject({
        code: "LEDGER_ENTRY_INVALID",
        message: expect.stringMatching(/NaN/),
      });
      await expect(taken).resolves.toMatchObject({ seq: 1 });
    }));

  test("is refused when the log was opened for reading", () =>
    inFolder(async (folder) => {
      const ledger = await openLedger(folder, { write: false });
      await expect(ledger.append(retired("a"))).rejects.toMatchObject({ code: "LEDGER_READ_ONLY" });
      expect(await readdir(folder)).toEqual([]);
    }));

  test("stops when something else wrote to the file, or cut it", () =>
    inFolder(async (folder) => {
      const bytes = await writeLog(folder, [retired("a")]);
      const ledger = await openLedger(folder, { write: true });
      await appendFile(join(folder, "entries.jsonl"), "x");
      await expect(ledger.append(retired("b"))).rejects.toMatchObject({ code: "LEDGER_CHANGED" });
      await truncate(join(folder, "entries.jsonl"), bytes.length - 1);
      await expect(ledger.append(retired("b"))).rejects.toMatchObject({ code: "LEDGER_CHANGED" });
      await writeFile(join(folder, "entries.jsonl"), bytes);
      await expect(ledger.append(retired("b"))).resolves.toMatchObject({ seq: 2 });
    }));

  test("a write that fails changes nothing, and works when it can again", () =>
    inFolder(async (folder) => {
      const ledger = await openLedger(join(folder, "log"), { write: true });
      await writeFile(join(folder, "log"), "a file where the folder should be");
      await expect(ledger.append(retired("a"))).rejects.toMatchObject({
        code: expect.stringMatching(/FILE_(READ|WRITE)_FAILED/),
      });
      await rm(join(folder, "log"));
      await expect(ledger.append(retired("b"))).resolves.toMatchObject({ seq: 1 });
      expect(ledger.entries).toHaveLength(1);
    }));
});

describe("a torn tail", () => {
  test("truncation at every byte: whole lines stay, the rest is moved to torn/ and logged, and the chain goes on", () =>
    inFolder(async (folder) => {
      const bytes = await writeLog(join(folder, "whole"), [SHORT, SHORT]);
      const log = join(folder, "log");
      for (let length = 0; length <= bytes.length; length += 1) {
        await putBytes(log, bytes.subarray(0, length));
        const whole = bytes.subarray(0, length).filter((byte) => byte === 0x0a).length;
        const tail = bytes.subarray(bytes.lastIndexOf(0x0a, length - 1) + 1, length);
        const { entries } = await openLedger(log, { write: true });
        expect(entries.slice(0, whole).map((entry) => entry.kind)).toEqual(Array(whole).fill("note"));
        expect(entries).toHaveLength(whole + (length > 0 && tail.length > 0 ? 1 : 0));
        if (entries.length > whole) {
          const repaired = entries[whole] as Entry & { kept: string };
          expect(repaired).toMatchObject({ kind: "repaired", bytes: tail.length });
          expect(await readFile(join(log, repaired.kept))).toEqual(tail);
        }
        expect(firstBadLine(await bytesOf(log))).toBeNull();
        expect(await verifyLedger(log)).toMatchObject({ problem: null, torn: 0 });
      }
    }));

  test("a reader leaves it alone: it may be a write that goes on", () =>
    inFolder(async (folder) => {
      const bytes = await writeLog(folder, [retired("a"), retired("b")]);
      const cut = bytes.subarray(0, -5);
      await putBytes(folder, cut);
      expect((await openLedger(folder, { write: false })).entries).toHaveLength(1);
      expect(await bytesOf(folder)).toEqual(cut);
      expect(await verifyLedger(folder)).toMatchObject({ entries: 1, torn: cut.length - bytes.indexOf(0x0a) - 1 });
    }));

  test("a last line with NUL bytes is one; further up it is damage", () =>
    inFolder(async (folder) => {
      const bytes = await writeLog(folder, [retired("a"), retired("b")]);
      const zeroed = Buffer.from(bytes).fill(0, bytes.length - 100, bytes.length - 50);
      await putBytes(folder, zeroed);
      const { entries } = await openLedger(folder, { write: true });
      expect(entries.map((entry) => entry.kind)).toEqual(["retired", "repaired"]);
      await putBytes(folder, Buffer.from(bytes).fill(0, 50, 100));
      await expect(openLedger(folder, { write: true })).rejects.toMatchObject({ details: { line: 1 } });
    }));

  test("a crash between the repair's steps loses nothing and logs it once", () =>
    inFolder(async (folder) => {
      const bytes = await writeLog(folder, [retired("a"), retired("b")]);
      const cut = bytes.subarray(0, -5);
      await putBytes(folder, cut);
      await openLedger(folder, { write: true });
      await cp(join(folder, "torn"), join(folder, "kept"), { recursive: true });
      await writeFile(join(folder, "entries.jsonl"), cut); // moved away, not yet cut off
      await openLedger(folder, { write: true });
      await writeFile(join(folder, "entries.jsonl"), cut.subarray(0, cut.indexOf(0x0a) + 1)); // cut off, not yet logged
      const { entries } = await openLedger(folder, { write: true });
      expect(entries.map((entry) => entry.kind)).toEqual(["retired", "repaired"]);
      expect((await openLedger(folder, { write: true })).entries).toHaveLength(2);
      expect(await readdir(join(folder, "torn"))).toEqual(await readdir(join(folder, "kept")));
    }));

  test(
    "a writer killed at any moment loses nothing that it acknowledged",
    () =>
      inFolder(async (folder) => {
        const script = `
        const { openLedger } = await import(${JSON.stringify(builtUrl("core/ledger/ledger.js"))});
        const ledger = await openLedger(${JSON.stringify(folder)}, { write: true });
        for (;;) console.log((await ledger.append({ kind: "retired", reason: "x".repeat(20_000) })).digest);`;
        const acknowledged: string[] = [];
        for (let round = 0; round < KILLS; round += 1) {
          acknowledged.push(...(await killAfter(script, 1 + ((round * 17) % 40), (round * 3) % 5)));
        }
        const { entries } = await openLedger(folder, { write: true });
        const digests = new Set(entries.map((entry) => entry.digest));
        expect(acknowledged.filter((digest) => !digests.has(digest))).toEqual([]);
        expect(firstBadLine(await bytesOf(folder))).toBeNull();
      }),
    KILLS * 15_000,
  );
});

describe("damage", () => {
  test("a flipped bit anywhere is found and changes nothing, but where it makes the last line a torn one", () =>
    inFolder(async (folder) => {
      const whole = await writeLog(join(folder, "whole"), [retired("a"), decision("PROMOTED"), retired("é😀")]);
      const log = join(folder, "log");
      const flips = fc.tuple(fc.nat(whole.length - 1), fc.nat(7));
      await fc.assert(
        fc.asyncProperty(flips, async ([offset, bit]) => {
          const bytes = Buffer.from(whole);
          bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
          await putBytes(log, bytes);
          const isTorn = offset >= whole.lastIndexOf(0x0a, -2) && (offset === whole.length - 1 || bytes[offset] === 0);
          if (isTorn) {
            expect((await openLedger(log, { write: true })).entries.map((entry) => entry.kind)).toEqual([
              "retired",
              "decision",
              "repaired",
            ]);
            return;
          }
          const line = firstBadLine(bytes);
          const found = { code: "LEDGER_DAMAGED", kind: "fatal", details: { line, seq: line } };
          await expect(openLedger(log, { write: true })).rejects.toMatchObject(found);
          expect(await verifyLedger(log)).toMatchObject({ problem: { code: "LEDGER_DAMAGED", details: { line } } });
          expect(await bytesOf(log)).toEqual(bytes);
          expect(await readdir(log)).toEqual(["entries.jsonl"]);
        }),
        { numRuns: 150 },
      );
    }));

  test("lines that were dropped, moved, doubled or made anew are named", () =>
    inFolder(async (folder) => {
      const bytes = await writeLog(
        folder,
        ["a", "b", "c", "d"].map((name) => retired(name)),
      );
      const lines = bytes.toString().trimEnd().split("\n") as [string, string, string, string];
      const [a, b, c, d] = lines;
      const other = await writeLog(
        join(folder, "other"),
        ["a", "z"].map((name) => retired(name)),
      );
      const z = other.toString().trimEnd().split("\n")[1] ?? "";
      const cases: [string[], number, RegExp][] = [
        [[b, c, d], 1, /has seq 2 where 1 is due/],
        [[a, c, d], 2, /has seq 3 where 2 is due/],
        [[a, b, d, c], 3, /has seq 4 where 3 is due/],
        [[a, b, b, c], 3, /has seq 2 where 3 is due/],
        [[a, z, c, d], 2, /does not follow from the line before it/],
        [[a, ` ${b}`, c, d], 2, /canonical JSON/],
        [[a, "", b], 2, /canonical JSON/],
        [[a, "[1]"], 2, /canonical JSON/],
        [[a, b.replace('"b"', '"B"'), c, d], 2, /does not match its own digest/],
      ];
      for (const [changed, line, message] of cases) {
        await putBytes(folder, Buffer.from(`${changed.join("\n")}\n`));
        await expect(openLedger(folder, { write: true })).rejects.toMatchObject({
          details: { line },
          message: expect.stringMatching(message),
        });
      }
    }));

  test("an entry of a kind that this version does not know is read, and kept in the chain", () =>
    inFolder(async (folder) => {
      await writeLog(folder, [SHORT]);
      const ledger = await openLedger(folder, { write: true });
      expect(ledger.entries).toMatchObject([{ kind: "note" }]);
      expect(await ledger.append(retired("b"))).toMatchObject({ seq: 2 });
    }));
});

test("a log of version 1 opens for ever", async () => {
  const bytes = await readFile(join(FIXTURES, "v1.jsonl"));
  expect(firstBadLine(bytes)).toBeNull();
  await inFolder(async (folder) => {
    await putBytes(folder, bytes);
    await cp(join(FIXTURES, "v1-torn"), join(folder, "torn"), { recursive: true });
    const { entries } = await openLedger(folder, { write: true });
    expect(entries.map((entry) => entry.kind)).toEqual(["decision", "decision", "retired", "repaired", "decision"]);
    expect(entries.at(-1)?.digest).toBe("5fe71c9bf3f0a011e0e3b694e2225c4bcff67bf7dbfa3e9967988229aab09580");
    expect(await verifyLedger(folder)).toMatchObject({ entries: 5, problem: null, torn: 0 });
    expect(await bytesOf(folder)).toEqual(bytes);
  });
});

describe("verifyLedger", () => {
  test("finds torn bytes that are gone, changed, or outside", () =>
    inFolder(async (folder) => {
      const bytes = await writeLog(folder, [retired("a")]);
      await writeFile(join(folder, "entries.jsonl"), Buffer.concat([bytes, Buffer.from("torn")]));
      const { entries } = await openLedger(folder, { write: true });
      const kept = join(folder, (entries[1] as Entry & { kept: string }).kept);
      expect(await verifyLedger(folder)).toMatchObject({ entries: 2, problem: null });
      await writeFile(kept, "tore");
      expect((await verifyLedger(folder)).problem?.message).toMatch(/line 2 .* whose bytes are not those/);
      await rm(kept);
      expect((await verifyLedger(folder)).problem?.message).toMatch(/line 2 .* which is gone/);
      await writeLog(folder, [{ kind: "repaired", bytes: 0, sha256: "", kept: "torn/../../x" }]);
      expect(await verifyLedger(folder)).toMatchObject({ entries: 1, problem: { details: { line: 2 } } });
    }));

  test("an empty folder holds an empty log", () =>
    inFolder(async (folder) => {
      expect(await verifyLedger(folder)).toEqual({ entries: 0, head: GENESIS, torn: 0, signed: null, problem: null });
    }));
});

test("docs/ledger.md opens with a line that holds", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/ledger.md"), "utf8");
  const line = /```json\n(.*)\n```/.exec(page)?.[1] ?? "";
  expect(firstBadLine(Buffer.from(`${line}\n`))).toBeNull();
  expect(JSON.parse(line)).toMatchObject({ seq: 1, kind: "decision" });
});
