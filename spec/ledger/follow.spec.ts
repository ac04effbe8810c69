import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { follow } from "../../core/ledger/follow.js";
import { openLedger } from "../../core/ledger/ledger.js";
import { builtUrl, killAfter } from "../support/child.js";
import { inFolder } from "../support/folder.js";
import { retired } from "./bodies.js";

test("gives every entry that another process appends, once and in order, from before the log is there", () =>
  inFolder(async (folder) => {
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const entry of follow(join(folder, "log"), stop.signal)) {
        seen.push(entry.seq);
        if (seen.length === 30) stop.abort();
      }
    })();
    await killAfter(
      `const { openLedger } = await import(${JSON.stringify(builtUrl("core/ledger/ledger.js"))});
       const ledger = await openLedger(${JSON.stringify(join(folder, "log"))}, { write: true });
       for (let i = 0; i < 30; i += 1) await ledger.append({ kind: "retired", reason: "x".repeat(i * 1000) });
       console.log("done");
       setInterval(() => {}, 1000);`,
      1,
    );
    await following;
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  }));

test("waits at a torn tail, and goes on past its repair", () =>
  inFolder(async (folder) => {
    const path = join(folder, "entries.jsonl");
    await (await openLedger(folder, { write: true })).append(retired("a"));
    const stop = new AbortController();
    const entries = follow(folder, stop.signal);
    expect((await entries.next()).value).toMatchObject({ seq: 1 });
    await appendFile(path, '{"half');
    const next = entries.next();
    await openLedger(folder, { write: true });
    expect((await next).value).toMatchObject({ seq: 2, kind: "repaired" });
    stop.abort();
    expect((await entries.next()).done).toBe(true);
  }));

test("tells of damage", () =>
  inFolder(async (folder) => {
    const path = join(folder, "entries.jsonl");
    await (await openLedger(folder, { write: true })).append(retired("a"));
    await writeFile(path, (await readFile(path, "utf8")).replace('"a"', '"b"'));
    const entries = follow(folder, new AbortController().signal);
    await expect(entries.next()).rejects.toMatchObject({ code: "LEDGER_DAMAGED", details: { line: 1 } });
  }));

test("ends at once when the signal has aborted", () =>
  inFolder(async (folder) => {
    expect((await follow(folder, AbortSignal.abort()).next()).done).toBe(true);
  }));
