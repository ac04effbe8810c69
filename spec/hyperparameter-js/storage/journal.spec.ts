import fc from "fast-check";
import type { FrozenTrial } from "hyperparameter-js";
import { textOf } from "../../../core/hyperparameter-js/src/conformance/finding.js";
import { crc32c } from "../../../core/hyperparameter-js/src/storage/crc32c.js";
import { JOURNAL_START, JournalWriter, readJournal } from "../../../core/hyperparameter-js/src/storage/journal.js";
import { trialWith } from "../space/arbitrary.js";
import { anyPuts, anyTrial } from "./arbitrary.js";

interface Written {
  readonly bytes: Uint8Array;
  /** Where the journal ends after each put. */
  readonly ends: readonly number[];
}

function write(puts: readonly FrozenTrial[]): Written {
  const writer = new JournalWriter();
  const last = new Map<number, FrozenTrial>();
  let bytes = JOURNAL_START.slice();
  const ends = puts.map((trial) => {
    writer.add(trial, last.get(trial.number));
    last.set(trial.number, trial);
    bytes = Uint8Array.from([...bytes, ...writer.take()]);
    return bytes.length;
  });
  return { bytes, ends };
}

function kept(puts: readonly FrozenTrial[]): string {
  const trials = new Map(puts.map((trial) => [trial.number, trial]));
  return textOf([...trials.values()].sort((a, b) => a.number - b.number));
}

function read(bytes: Uint8Array): string {
  const { trials, length } = readJournal(bytes);
  expect(length).toBeLessThanOrEqual(bytes.length);
  return textOf([...trials.values()].sort((a, b) => a.number - b.number));
}

describe("CRC-32C", () => {
  it("gives the values of RFC 3720 B.4", () => {
    const rows: readonly (readonly [Uint8Array, number])[] = [
      [new Uint8Array(32), 0x8a9136aa],
      [new Uint8Array(32).fill(0xff), 0x62a8ab43],
      [Uint8Array.from({ length: 32 }, (_, at) => at), 0x46dd794e],
      [Uint8Array.from({ length: 32 }, (_, at) => 31 - at), 0x113fdb5c],
      [Uint8Array.from("123456789", (digit) => digit.charCodeAt(0)), 0xe3069283],
      [new Uint8Array(0), 0],
    ];
    for (const [bytes, sum] of rows) expect(crc32c(bytes)).toBe(sum);
    const [ascending] = rows[2] as (typeof rows)[number];
    expect(crc32c(Uint8Array.from([9, ...ascending, 9]), 1, 33)).toBe(0x46dd794e);
  });
});

describe("a journal", () => {
  it("gives back any trials, the last put under each number", () => {
    fc.assert(
      fc.property(anyPuts, (puts) => {
        expect(read(write(puts).bytes)).toBe(kept(puts));
      }),
      { numRuns: 200 },
    );
  });

  it("cut at any byte is a prefix of the puts, and says where it ends", () => {
    fc.assert(
      fc.property(anyPuts, fc.nat(), (puts, seed) => {
        const { bytes, ends } = write(puts);
        const cut = seed % (bytes.length + 1);
        const whole = ends.filter((end) => end <= cut).length;
        const { length } = readJournal(bytes.subarray(0, cut));
        expect(length).toBe(cut < JOURNAL_START.length ? 0 : (ends[whole - 1] ?? JOURNAL_START.length));
        expect(read(bytes.subarray(0, cut))).toBe(kept(puts.slice(0, whole)));
      }),
      { numRuns: 200 },
    );
  });

  it("with a byte changed is an error that names the record's offset", () => {
    fc.assert(
      fc.property(anyPuts, fc.nat(), fc.integer({ min: 1, max: 255 }), (puts, seed, change) => {
        const { bytes, ends } = write(puts);
        const at = seed % bytes.length;
        bytes[at] = (bytes[at] as number) ^ change;
        const record = ends.findIndex((end) => at < end);
        const start = at < JOURNAL_START.length ? 0 : (ends[record - 1] ?? JOURNAL_START.length);
        expect(() => readJournal(bytes)).toThrow(
          expect.objectContaining({ code: "STORAGE_INVALID", where: `byte ${start} of the journal` }),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("is cut before a last record whose sectors were not all written, but not before one that others follow", () => {
    const long = { ...trialWith({}), userAttrs: { text: "x".repeat(3000) } };
    const { bytes, ends } = write([trialWith({ x: 1 }), long]);
    const [first] = ends as [number, number];
    for (const sector of [1, 3, 5]) {
      const torn = bytes.slice();
      torn.fill(0, sector * 512, (sector + 1) * 512);
      expect(readJournal(torn).length).toBe(first);
    }
    const zeros = Uint8Array.from([...bytes.subarray(0, first), ...new Uint8Array(100)]);
    expect(readJournal(zeros).length).toBe(first);
    const three = write([trialWith({ x: 1 }), long, trialWith({ x: 2 }, 1)]).bytes;
    three.fill(0, 512, 1024);
    expect(() => readJournal(three)).toThrow(`byte ${first} of the journal`);
  });

  it("writes what is told as a change of what was asked, and distributions once", () => {
    const params = { rate: 0.125, depth: 7 };
    const distributions = {
      rate: { type: "float", low: 0, high: 1 },
      depth: { type: "int", low: 0, high: 9 },
    } as const;
    const asked = (number: number) => ({
      ...trialWith(params, number),
      state: "running" as const,
      distributions: { ...distributions },
      values: null,
      why: { rule: "tpe", acquisition: 0.5, nearest: [1, 2, 3] },
    });
    const told = (number: number) => ({ ...asked(number), state: "complete" as const, values: [0.3] });
    const { ends } = write([asked(0), asked(1), told(1)]);
    const sizes = ends.map((end, at) => end - (ends[at - 1] ?? JOURNAL_START.length));
    expect(sizes[1]).toBeLessThan(13 + 45);
    expect(sizes[2]).toBeLessThan(13 + 65);
    const one = asked(2);
    const [, , change] = write([one, { ...one, state: "complete", values: [0.3] }]).ends;
    expect(change).toBeUndefined();
    const pair = write([one, { ...one, state: "complete", values: [0.3] }]).ends as [number, number];
    expect(pair[1] - pair[0]).toBeLessThanOrEqual(13 + 14);
  });

  it("takes nothing of a trial that can't be written", () => {
    const writer = new JournalWriter();
    const bad = { ...trialWith({ first: "first" }), userAttrs: { "a new word": 1n } };
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const trial of [bad, { ...bad, userAttrs: cyclic }, { ...trialWith({}), number: -1 }])
      expect(() => writer.add(trial, undefined)).toThrow(expect.objectContaining({ code: "TRIAL_INVALID" }));
    writer.add(trialWith({ first: "first" }), undefined);
    const { trials } = readJournal(Uint8Array.from([...JOURNAL_START, ...writer.take()]));
    expect([...trials.values()]).toEqual([trialWith({ first: "first" })]);
  });

  it("keeps of user attributes what JSON keeps", () => {
    const userAttrs = { date: new Date(0), gone: undefined, call: () => 1, list: [undefined, Number.NaN] };
    const { bytes } = write([{ ...trialWith({}), userAttrs }]);
    const wanted = { date: "1970-01-01T00:00:00.000Z", list: [null, Number.NaN] };
    expect(readJournal(bytes).trials.get(0)?.userAttrs).toEqual(wanted);
  });

  it("of something else, or a later version, is refused", () => {
    for (const text of ["not a journal at all, and long enough", "hyperparameter-js journal 2\n"])
      expect(() => readJournal(Uint8Array.from(text, (each) => each.charCodeAt(0)))).toThrow(
        "byte 0 of the journal: expected the first line of a hyperparameter-js journal, version 1, got",
      );
  });

  it("shares the distributions of its trials", () => {
    fc.assert(
      fc.property(anyTrial, (trial) => {
        const { bytes } = write([trial, { ...trial, number: 9, distributions: { ...trial.distributions } }]);
        const { trials } = readJournal(bytes);
        expect(trials.get(9)?.distributions).toBe(trials.get(trial.number)?.distributions);
      }),
      { numRuns: 20 },
    );
  });
});
