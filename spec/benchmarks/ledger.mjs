/**
 * What a long promotion log costs: the second half of `npm run prove:ledger`, 1,000,000 entries unless a number is given.
 * Prints the rate of appending, the time of a proof, of `sous at`, of opening and of checking everything, and the share of a
 * study's time that its record takes: log, signatures, tiles, papers, hashes, and the bits and rows that a look keeps.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "../../dist/core/ledger/ledger.js";
import { readVerifier, verifierPath } from "../../dist/core/ledger/signer.js";
import { verifyLedger } from "../../dist/core/ledger/verify.js";
import { commandTime } from "./ledger/commands.mjs";
import { recordOfStudy } from "./ledger/study.mjs";
import { uniforms } from "./random.mjs";

const ENTRIES = Number(process.argv[2] ?? 1_000_000);
/** Calls of append that wait at once: what makes groups. */
const WAITING = 4096;

const folder = mkdtempSync(join(tmpdir(), "sous-ledger-"));
/** A home, as far as `sous at` needs one. */
const place = { log: join(folder, "ledger"), keys: join(folder, "keys") };

/** Of 1,000 recipes in turns; each hundredth line is a promotion, the others are of about 480 bytes. */
function bodyAt(i) {
  const name = `recipe-${(i * 7919) % 1000}`;
  const digest = "5a".repeat(32);
  const recipe = { name, digest, workDigest: digest, path: `recipes/${name}.recipe.yaml` };
  if (i % 100 > 0) return { kind: "retired", recipe, reason: `its file is gone, ${i}` };
  return { ...PROMOTION, recipe, version: { ...PROMOTION.version, number: 1 + Math.floor(i / 1000) } };
}

/** The first line of docs/ledger.md, a whole promotion. */
function decisionBody() {
  const page = readFileSync(new URL("../../docs/ledger.md", import.meta.url), "utf8");
  const { seq, time, previous, digest, ...body } = JSON.parse(/```json\n(.*)\n```/.exec(page)[1]);
  return body;
}

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return [result, (performance.now() - start) / 1000];
}

async function appendMany(ledger, count, body) {
  for (let at = 0; at < count; at += WAITING) {
    await Promise.all(Array.from({ length: Math.min(WAITING, count - at) }, (_, i) => ledger.append(body(at + i))));
  }
}

const PROMOTION = decisionBody();

const open = () => openLedger(place.log, { write: true, keys: place.keys });
const rate = (count, seconds) => `${Math.round(count / seconds).toLocaleString("en")}/s`;
const line = (what, figure, goal = "") => console.log(`${what.padEnd(58)} ${figure.padStart(14)}  ${goal}`);

try {
  let ledger = await open();
  const [, appending] = await timed(() => appendMany(ledger, ENTRIES, bodyAt));
  const bytes = statSync(join(place.log, "entries.jsonl")).size;
  line(
    `${ENTRIES.toLocaleString("en")} entries of ${Math.round(bytes / ENTRIES)} bytes, appended in groups`,
    rate(ENTRIES, appending),
    "5,000/s or more",
  );

  const random = uniforms(1);
  const proofs = [];
  for (let i = 0; i < 200; i += 1) {
    const [, seconds] = await timed(() => ledger.proof(1 + Math.floor(random() * ENTRIES)));
    proofs.push(seconds * 1000);
  }
  proofs.sort((a, b) => a - b);
  line("a proof, median of 200", `${proofs[100].toFixed(2)} ms`);
  line("a proof, the 198th of 200 by time", `${proofs[197].toFixed(2)} ms`, "under 10 ms");

  const alone = [];
  for (let i = 0; i < 50; i += 1) alone.push((await timed(() => ledger.append(PROMOTION)))[1] * 1000);
  alone.sort((a, b) => a - b);
  line("one decision alone, on disk and signed, median of 50", `${alone[25].toFixed(1)} ms`);
  const [, whole] = await timed(() => appendMany(ledger, 20_000, () => PROMOTION));
  line(`20,000 whole decisions, appended in groups`, rate(20_000, whole));

  ledger = null;
  for (const [what, time, status] of [
    ["sous at now", "2999-01-01", 0],
    ["sous at a time before all lines", "2001-01-01", 3],
  ]) {
    const { whole: all, own, least } = commandTime(() => ["at", time, "recipe-0"], folder, status);
    line(`${what}, median of the whole command`, `${all.toFixed(0)} ms`);
    line("  beyond a Node that does nothing, median", `${own.toFixed(0)} ms`, "under 100 ms");
    line("  beyond a Node that does nothing, shortest", `${least.toFixed(0)} ms`);
  }
  const known = await readVerifier(verifierPath(place.keys));
  const [found, checking] = await timed(() => verifyLedger(place.log, { known, seen: null }));
  line(`checked: ${found.entries.toLocaleString("en")} lines, tiles, root, signatures`, `${checking.toFixed(1)} s`);
  const [, opening] = await timed(open);
  line("opened for writing", `${opening.toFixed(1)} s`);
  if (found.problem !== null) throw new Error(found.problem.message);

  const { seconds, spent, waited } = recordOfStudy(folder);
  line(
    `record of a study of ${seconds.toFixed(1)} s: ${spent.toFixed(2)} s of CPU, ${waited.toFixed(2)} s for the disk`,
    `${((100 * (spent + waited)) / seconds).toFixed(2)} %`,
    "under 1 %",
  );
  // that study promotes one model early and an ensemble at its end
  const back = (round) => ["rollback", "churn", "--to", String(1 + (round % 2)), "--reason", "measured"];
  const { whole: all, least } = commandTime(back, join(folder, "home"));
  line("sous rollback, one model and an ensemble in turns, median", `${all.toFixed(0)} ms`, "under 1 s");
  line("  beyond a Node that does nothing, shortest", `${least.toFixed(0)} ms`);
} finally {
  rmSync(folder, { recursive: true });
}
