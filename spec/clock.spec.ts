import { isoNow, monotonic, now, sleep } from "../core/clock.js";

test("isoNow is the moment of now, in UTC with milliseconds", () => {
  const before = now();
  const text = isoNow();
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Date.parse(text)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(text)).toBeLessThanOrEqual(now());
});

test("monotonic never goes back", () => {
  let last = monotonic();
  for (let i = 0; i < 1000; i += 1) {
    const next = monotonic();
    expect(next).toBeGreaterThanOrEqual(last);
    last = next;
  }
});

describe("sleep", () => {
  test("waits at least as long as asked", async () => {
    const start = monotonic();
    await sleep(20);
    expect(monotonic() - start).toBeGreaterThanOrEqual(19); // timers count whole milliseconds
  });

  test("ends without an error when the signal aborts, and leaves no listener", async () => {
    const stop = new AbortController();
    const slept = sleep(3_600_000, stop.signal);
    stop.abort();
    await expect(slept).resolves.toBeUndefined();
    await expect(sleep(3_600_000, stop.signal)).resolves.toBeUndefined();
  });
});
