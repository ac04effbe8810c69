import { appendFile, cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import type { Body, Entry, RollbackBody } from "../../core/ledger/entry.js";
import { type Ledger, openLedger } from "../../core/ledger/ledger.js";
import { momentIn } from "../../core/ledger/moment.js";
import { parseRoster, Roster, seatAt, seatsIn } from "../../core/ledger/roster.js";
import { readVerifier, verifierPath } from "../../core/ledger/signer.js";
import type { Verifier } from "../../core/ledger/tlog/note.js";
import { verifyLedger } from "../../core/ledger/verify.js";
import { foldEntries } from "../../core/promotion/champion.js";
import { inFolder } from "../support/folder.js";
import { CHURN, decision, retired } from "./bodies.js";

const promotion = (name: string, number: number, from: number | null): Body =>
  decision("PROMOTED", { recipe: { ...CHURN, name }, version: { number, model: "7c".repeat(32), from } });
const rejection = (name: string): Body => decision("REJECTED", { recipe: { ...CHURN, name } });
const rollback = (name: string, from: number, to: number): RollbackBody => ({
  kind: "rollback",
  recipe: { ...CHURN, name },
  ...{ from, to, model: "7c".repeat(32), reason: "complaints" },
  actor: { kind: "person", name: "ann", reason: "complaints" },
  inference: { rows: 1, sha256: "00".repeat(32) },
});

/** What a history of a few recipes says next: enough to know which versions there are. */
const steps = fc.array(fc.record({ recipe: fc.nat(2), choice: fc.nat(9), time: fc.integer({ min: -3, max: 5 }) }), {
  maxLength: 60,
});

function bodiesOf(history: readonly { readonly recipe: number; readonly choice: number }[]): Body[] {
  const known = new Map<string, { versions: number; serves: number }>();
  return history.map(({ recipe, choice }) => {
    const name = `r${recipe}`;
    const state = known.get(name) ?? { versions: 0, serves: 0 };
    known.set(name, state);
    if (choice < 3) {
      state.versions += 1;
      const body = promotion(name, state.versions, state.serves || null);
      state.serves = state.versions;
      return body;
    }
    if (choice < 6 && state.versions > 1) {
      const to = 1 + (choice % state.versions);
      const body = rollback(name, state.serves, to);
      state.serves = to;
      return body;
    }
    return choice < 8 ? rejection(name) : retired(name);
  });
}

/** Lines order, times are a record: all up to the last one that was written by then, folded. */
function servedBy(entries: readonly Entry[], name: string, moment: string): { champion: unknown; seq: number | null } {
  const past = entries.slice(0, entries.findLastIndex(({ time }) => time <= moment) + 1);
  const champion = foldEntries(past).recipes.get(name)?.champion ?? null;
  const puts = (entry: Entry) =>
    (entry.kind === "rollback" && entry.to === champion?.number) ||
    (entry.kind === "decision" && entry.version?.number === champion?.number);
  const last = past.findLast((entry) => "recipe" in entry && entry.recipe.name === name && (!champion || puts(entry)));
  return { champion, seq: last?.seq ?? null };
}

test("a roster tells what a fold over all lines tells, also where the clock went back", () => {
  fc.assert(
    fc.property(steps, (history) => {
      let clock = 1000;
      const roster = new Roster();
      const entries = bodiesOf(history).map((body, i) => {
        clock += history[i]?.time ?? 0;
        const header = { seq: i + 1, time: new Date(clock).toISOString(), previous: "", digest: "" };
        return { ...header, ...body } as Entry;
      });
      for (const entry of entries) roster.add(entry, 10 * entry.seq);
      const head = parseRoster(roster.text("o", { size: entries.length, root: Buffer.alloc(32) }));
      const pages = roster.due().map(({ bytes }) => seatsIn(bytes));
      expect(head?.pages.size).toBe(pages.length);
      for (const seats of pages) {
        const name = (entries[(seats[0]?.seq ?? 0) - 1] as Entry & { recipe: { name: string } }).recipe.name;
        for (let at = 980; at <= clock + 5; at += 1) {
          const seat = seatAt(seats, head?.setbacks ?? [], at);
          const { champion, seq } = servedBy(entries, name, new Date(at).toISOString());
          expect([at, seat?.seq ?? null, (seat?.version ?? 0) > 0]).toEqual([at, seq, champion !== null]);
          if (seat) expect(seat.offset).toBe(10 * ((seat.seq * (seat.seq - 1)) / 2) + seat.seq - 1);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("any text but a roster's is none", () => {
  const text = new Roster().text("o", { size: 0, root: Buffer.alloc(32) });
  expect(parseRoster(text)).toMatchObject({ origin: "o", size: 0, bytes: 0 });
  for (const other of ["", text.slice(1), text.slice(0, -1), text.replace("\n0\n", "\n-1\n"), `${text}\n`])
    expect(parseRoster(other)).toBeNull();
});

interface Place {
  readonly log: string;
  readonly keys: string;
}

const inPlace = (work: (place: Place, ledger: Ledger) => Promise<void>) =>
  inFolder(async (folder) => {
    const place = { log: join(folder, "log"), keys: join(folder, "keys") };
    const ledger = await openLedger(place.log, { write: true, keys: place.keys });
    const first = [rejection("a"), promotion("a", 1, null), promotion("b", 1, null), promotion("a", 2, 1)];
    for (const body of [...first, rollback("a", 2, 1), rejection("a")]) await ledger.append(body);
    await work(place, ledger);
  });

const end = "2999-01-01T00:00:00.000Z";
const verifier = async ({ keys }: Place) => (await readVerifier(verifierPath(keys))) as Verifier;
const told = async (place: Place, recipe = "a", moment = end) =>
  momentIn({ folder: place.log, known: await verifier(place), recipe, moment });
const checked = async (place: Place) =>
  (await verifyLedger(place.log, { known: await verifier(place), seen: null })).problem;

describe("the roster of a signed log", () => {
  test("gives the lines of each moment, proved, as the log grows and is opened again", () =>
    inPlace(async (place, ledger) => {
      const isRight = async ({ entries }: Ledger) => {
        for (const { time } of entries)
          for (const name of ["a", "b"]) {
            const found = await told(place, name, time);
            const { champion, seq } = servedBy(entries, name, time);
            expect([found?.entries.at(-1)?.seq ?? null, found?.proof === null]).toEqual([seq, seq === null]);
            expect(foldEntries(found?.entries ?? []).recipes.get(name)?.champion ?? null).toEqual(champion);
          }
      };
      await isRight(ledger);
      expect((await told(place))?.entries.map(({ seq }) => seq)).toEqual([2, 5]);
      expect(await told(place, "nobody")).toBeNull();
      expect((await told(place, "a", "2001-01-01T00:00:00.000Z"))?.entries).toEqual([]);
      const again = await openLedger(place.log, { write: true, keys: place.keys });
      await Promise.all([again.append(promotion("a", 3, 1)), again.append(promotion("c", 1, null))]);
      await isRight(again);
      expect((await told(place, "c"))?.entries).toHaveLength(1);
      expect(await checked(place)).toBeNull();
    }));

  test("is believed in nothing where any file of it is another, and the next start makes it anew", () =>
    inPlace(async (place) => {
      const folder = join(place.log, "roster");
      const names = await readdir(folder);
      expect(names).toHaveLength(3);
      const changes: readonly [string, (path: string) => Promise<unknown>][] = [
        [
          "a bit flipped",
          async (path) =>
            writeFile(
              path,
              (await readFile(path)).map((byte, i) => byte ^ (i === 20 ? 1 : 0)),
            ),
        ],
        ["its end cut off", async (path) => truncate(path, (await readFile(path)).length - 24)],
        ["gone", (path) => rm(path)],
      ];
      for (const name of names)
        for (const [, change] of changes) {
          const path = join(folder, name);
          await change(path);
          const believed = [await told(place, "a"), await told(place, "b")].filter((one) => one !== null);
          expect(believed.length).toBeLessThan(2);
          expect(await checked(place)).toMatchObject({ code: "LEDGER_TILE", details: { path } });
          await openLedger(place.log, { write: true, keys: place.keys });
          expect([(await told(place, "a")) === null, await checked(place)]).toEqual([false, null]);
        }
      await writeFile(join(folder, "other"), "");
      expect(await checked(place)).toMatchObject({ code: "LEDGER_TILE" });
      await openLedger(place.log, { write: true, keys: place.keys });
      expect(await checked(place)).toBeNull();
    }));

  test("of an earlier time says nothing of a log that has grown since", () =>
    inPlace(async (place, ledger) => {
      const kept = join(place.log, "..", "kept");
      await cp(join(place.log, "roster"), kept, { recursive: true });
      await ledger.append(promotion("a", 3, 1));
      expect((await told(place))?.entries.map(({ seq }) => seq)).toEqual([7]);
      await cp(kept, join(place.log, "roster"), { recursive: true });
      expect(await told(place)).toBeNull();
    }));

  test("says nothing where the log has bytes that nobody signed, or another line in one's place", () =>
    inPlace(async (place) => {
      const path = join(place.log, "entries.jsonl");
      const bytes = await readFile(path);
      await appendFile(path, "{");
      expect(await told(place)).toBeNull();
      const at = bytes.lastIndexOf("complaints");
      await writeFile(path, Buffer.concat([bytes.subarray(0, at), Buffer.from("Complaints"), bytes.subarray(at + 10)]));
      expect(await told(place)).toBeNull();
    }));

  test("follows a stream of lines at its pauses, and says nothing wrong between them", () =>
    inPlace(async (place, ledger) => {
      const burst = Array.from({ length: 2500 }, (_, i) => ledger.append(retired(`r${i % 7}`)));
      await Promise.all(burst.slice(0, 1000));
      for (let look = 0; look < 5; look += 1) expect((await told(place))?.entries.at(-1)?.seq ?? 5).toBe(5);
      await Promise.all(burst);
      expect((await told(place, "r6"))?.entries.map(({ seq }) => seq)).toEqual([7 + 2498]);
      expect((await told(place))?.entries.map(({ seq }) => seq)).toEqual([2, 5]);
      expect(await checked(place)).toBeNull();
    }));

  test("is not missed in a log that an older sous signed", () =>
    inPlace(async (place) => {
      await rm(join(place.log, "roster"), { recursive: true });
      expect([await told(place), await checked(place)]).toEqual([null, null]);
    }));
});
