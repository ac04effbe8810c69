import fc from "fast-check";
import { bytes, DURATION_PATTERN, SIZE_PATTERN, seconds, writeDuration, writeSize } from "../core/quantities.js";

test.each([
  ["60s", 60],
  ["10m", 600],
  ["1h", 3600],
  ["1.5h", 5400],
  ["500ms", 0.5],
  ["2d", 172_800],
  ["5 m", 300],
])("%s is %d seconds", (text, value) => {
  expect(text).toMatch(new RegExp(DURATION_PATTERN));
  expect(seconds(text)).toBeCloseTo(value, 12);
});

test.each([
  ["2GiB", 2_147_483_648],
  ["512MiB", 536_870_912],
  ["1.5KiB", 1536],
  ["2GB", 2_000_000_000],
  ["1 kB", 1000],
  ["7B", 7],
])("%s is %d bytes", (text, value) => {
  expect(text).toMatch(new RegExp(SIZE_PATTERN));
  expect(bytes(text)).toBe(value);
});

test.each(["", "s", "10", "-1s", "1e3s", "10 minutes", "1h30m", "1.s", ".5s", "10M", "10S", "١s", "1s\n"])(
  "%j is no duration",
  (text) => {
    expect(text).not.toMatch(new RegExp(DURATION_PATTERN));
  },
);

test("numbers are seconds and bytes already", () => {
  expect([seconds(2.5), bytes(1024)]).toEqual([2.5, 1024]);
});

test("what is written reads back exactly", () => {
  const duration = fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 1e-6, max: 1e9, noNaN: true }));
  fc.assert(fc.property(duration, (value) => expect(seconds(writeDuration(value))).toBe(value)));
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (value) => expect(bytes(writeSize(value))).toBe(value)));
  fc.assert(fc.property(duration, (value) => expect(writeDuration(value)).toMatch(new RegExp(DURATION_PATTERN))));
});

test.each([
  [90, "90s"],
  [600, "10m"],
  [86_400, "24h"],
  [0.25, "0.25s"],
])("%d seconds are written %s", (value, text) => {
  expect(writeDuration(value)).toBe(text);
});
