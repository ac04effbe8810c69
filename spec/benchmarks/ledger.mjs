/**
 * What a long promotion log costs: the second half of `npm run prove:ledger`, 1,000,000 entries unless a number is given.
 * Prints the rate of appending, the time of a proof, of opening and of checking everything, and the share of a small study's
 * time that its decisions take to be logged, signed and proved.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "../../dist/core/ledger/ledger.js";
import { readVerifier, verifierPath } from "../../dist/core/ledger/signer.js";
import { verifyLedger } from "../../dist/core/ledger/verify.js";
import { normals, uniforms } from "./random.mjs";

const ENTRIES = Number(process.argv[2] ?? 1_000_000);
/** Calls of append that wait at once: what makes groups. */
const WAITING = 4096;

const folder = mkdtempSync(join(tmpdir(), "sous-ledger-"));
const place = { log: join(folder, "log"), keys: join(folder, "keys") };

/** A body of the length of a rejection's, about 480 bytes a line. */
function bodyAt(i) {
  const name = `recipe-${i % 1000}`;
  const digest = "5a".repeat(32);
  const recipe = { name, digest, workDigest: digest, path: `recipes/${name}.recipe.yaml` };
  return { kind: "retired", recipe, reason: `its file is gone, ${i}` };
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

/** Seconds that `sous run --once` takes over a small table, with the default search of 20 trials; and the entries it logs. */
function study() {
  const normal = normals(1);
  const rows = Array.from({ length: 2000 }, (_, i) => {
    const [a, b] = [normal(), normal()];
    return `${i},${a.toFixed(4)},${b.toFixed(4)},${2 * a - b + normal() > 0 ? "yes" : "no"}`;
  });
  const home = join(folder, "home");
  mkdirSync(home);
  writeFileSync(join(home, "rows.csv"), ["id,a,b,y", ...rows, ""].join("\n"));
  writeFileSync(join(home, "small.recipe.yaml"), "data: { source: rows.csv, target: y }\nbudget: { trials: 20 }\n");
  const sous = new URL("../../dist/core/cli/sous.js", import.meta.url).pathname;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [sous, "run", "small.recipe.yaml", "--once"], { cwd: home });
  if (status !== 0) throw new Error(String(stderr));
  const entries = readFileSync(join(home, "ledger/entries.jsonl"), "utf8").split("\n").length - 1;
  return { seconds: (performance.now() - start) / 1000, entries };
}

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

  const body = decisionBody();
  const alone = [];
  for (let i = 0; i < 50; i += 1) alone.push((await timed(() => ledger.append(body)))[1] * 1000);
  alone.sort((a, b) => a - b);
  line("one decision alone, on disk and signed, median of 50", `${alone[25].toFixed(1)} ms`);
  const { seconds, entries } = study();
  const share = (entries * (alone[25] + proofs[100])) / (1000 * seconds);
  line(
    `logging ${entries} decisions of a study of ${seconds.toFixed(1)} s`,
    `${(100 * share).toFixed(3)} %`,
    "under 1 %",
  );
  const [, whole] = await timed(() => appendMany(ledger, 20_000, () => body));
  line(`20,000 whole decisions, appended in groups`, rate(20_000, whole));

  ledger = null;
  const known = await readVerifier(verifierPath(place.keys));
  const [found, checking] = await timed(() => verifyLedger(place.log, { known, seen: null }));
  line(`checked: ${found.entries.toLocaleString("en")} lines, tiles, root, signatures`, `${checking.toFixed(1)} s`);
  const [, opening] = await timed(open);
  line("opened for writing", `${opening.toFixed(1)} s`);
  if (found.problem !== null) throw new Error(found.problem.message);
} finally {
  rmSync(folder, { recursive: true });
}
