/**
 * `kill -9` of the daemon at random moments while it works. 4 times here; SOUS_KILLS=50 for the full proof
 * (`npm run prove:kill`).
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRng } from "hyperparameter-js";
import { openSession } from "onnx-train";
import { sha256 } from "../../core/artifacts/digest.js";
import { verifyLedger } from "../../core/ledger/verify.js";
import { foldEntries } from "../../core/promotion/champion.js";
import type { DaemonEvent } from "../../core/reconcile/events.js";
import { openStore } from "../../core/store/store.js";
import { RunningDaemon, rowsCsv, TemporaryHome } from "../support/sous.js";

const KILLS = Number(process.env.SOUS_KILLS ?? 4);
const NAMES = ["one", "two", "three"];
/** Everything that a study may be killed in: trials of two learners, their folds, the ensemble. */
const SEARCH = "learners: [linear, gbdt], cross_validation: { folds: 2 }, ensemble: { size: 4 }";

type Acknowledged = Extract<DaemonEvent, { kind: "trial" }> & { readonly study: string };

let home: TemporaryHome;

beforeAll(async () => {
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", rowsCsv(400));
});

afterAll(() => home.remove());

/** The trials that a daemon told as done, each with its study. */
function acknowledged(events: readonly DaemonEvent[]): readonly Acknowledged[] {
  const studies = new Map<string, string>();
  const found: Acknowledged[] = [];
  for (const event of events) {
    if (event.kind === "study") studies.set(event.name, event.study);
    if (event.kind === "trial") found.push({ ...event, study: studies.get(event.name) ?? "none" });
  }
  return found;
}

async function expectTrialsKept(trials: readonly Acknowledged[]): Promise<void> {
  const store = await openStore(join(home.folder, ".sous/store.sqlite"), { readonly: true });
  try {
    for (const { study, trial, state, score } of trials) {
      const kept = (await store.trialStorage(study).load()).find(({ number }) => number === trial);
      expect({ state: kept?.state, score: kept?.values?.[0] ?? null }).toEqual({ state, score });
    }
  } finally {
    await store.close();
  }
}

/** Every champion file is, byte for byte, a version that the log promoted, and onnxruntime loads it. */
async function expectChampionsWhole(): Promise<void> {
  const versions = [...foldEntries(await home.entries()).recipes.values()].flatMap((state) => state.versions);
  for (const name of await readdir(join(home.folder, "models")).catch(() => [])) {
    const bytes = await readFile(join(home.folder, "models", name, "champion.onnx")).catch(() => null);
    if (bytes === null) continue;
    expect(versions).toContainEqual(expect.objectContaining({ name, model: sha256(bytes) }));
    await (await openSession(bytes)).release();
  }
}

async function expectLogHolds(events: readonly DaemonEvent[]): Promise<void> {
  const { problem } = await verifyLedger(join(home.folder, "ledger"));
  expect(problem).toBeNull();
  const entries = await home.entries().catch(() => []);
  for (const event of events) {
    if (event.kind !== "decided") continue;
    expect(entries[event.seq - 1]).toMatchObject({ seq: event.seq, decision: event.decision });
  }
}

test(
  `${KILLS} kills lose no acknowledged trial, tear no champion and break no log; the work goes on`,
  async () => {
    const random = createRng(Number(process.env.SOUS_SEED ?? 1), "kill");
    const told: DaemonEvent[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const name = NAMES[kill % NAMES.length] ?? "one";
      await home.putRecipe(name, `budget: { trials: 12 }\nsearch: { seed: ${kill}, ${SEARCH} }`);
      const daemon = new RunningDaemon(home.folder);
      if (random.next() < 0.8) await daemon.event(({ kind }) => kind === "study" || kind === "idle");
      await sleep(random.next() * 3000);
      await daemon.end("SIGKILL");
      told.push(...daemon.events);
      await expectTrialsKept(acknowledged(daemon.events));
      await expectLogHolds(told);
      await expectChampionsWhole();
    }
    const last = new RunningDaemon(home.folder);
    await last.event(({ kind }) => kind === "idle");
    expect(await last.end()).toBe(0);
    const standing = foldEntries(await home.entries());
    for (const [name, state] of standing.recipes) {
      const bytes = await readFile(join(home.folder, "models", name, "champion.onnx"));
      expect(sha256(bytes)).toBe(state.champion?.model);
    }
    expect([...standing.recipes.keys()].sort()).toEqual(NAMES.slice(0, Math.min(KILLS, NAMES.length)).sort());
  },
  KILLS * 60_000,
);
