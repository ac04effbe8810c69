/**
 * `kill -9` at each step that a promotion and a rollback take on the disk. Every 25th here; SOUS_POINTS=1 for each of them
 * (`npm run prove:points`).
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sha256 } from "../../core/artifacts/digest.js";
import { openRecord } from "../../core/cli/open.js";
import { foldEntries, type RecipeState } from "../../core/promotion/champion.js";
import { homeAt } from "../../core/reconcile/home.js";
import { QUICK, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

const STEP = process.env.SOUS_POINTS === undefined ? 25 : 1;
const SOUS = resolve("dist/core/cli/sous.js");
const PRELOAD = resolve("spec/fixtures/faults/points.mjs");
const ORDERS = {
  promotion: ["approve", "first", "--reason", "good"],
  rollback: ["rollback", "first", "--reason", "bad"],
} as const;

/** With a version that serves and one that waits, and with two versions. */
let homes: Readonly<Record<keyof typeof ORDERS, TemporaryHome>>;

function recipe(home: TemporaryHome, learner: string, mode: string): Promise<void> {
  const search = QUICK.replace("linear", learner);
  const extra = `gates: [{ kind: beats_baseline }]\npromotion: { mode: ${mode} }`;
  return home.putRecipe("first", `budget: { trials: 2 }\nsearch: { ${search} }\n${extra}`);
}

beforeAll(async () => {
  const first = await TemporaryHome.make();
  await first.put("recipes/data/rows.csv", rowsCsv(300));
  const once = () => sous(["run", "recipes/first.recipe.yaml", "--once"], first.folder);
  await recipe(first, "linear", "auto");
  await once();
  await recipe(first, "gbdt", "manual");
  await once();
  const second = await first.copied();
  await sous(ORDERS.promotion, second.folder);
  homes = { promotion: first, rollback: second };
});

afterAll(() => Promise.all(Object.values(homes).map((home) => home.remove())));

/** Runs the order with the fault; true where it was killed. */
function killed(home: TemporaryHome, order: readonly string[], point: number): Promise<boolean> {
  const env = { ...process.env, SOUS_POINT: String(point), SOUS_POINTS: join(home.folder, "points") };
  const child = spawn(process.execPath, ["--import", PRELOAD, SOUS, ...order], {
    cwd: home.folder,
    env,
    stdio: "ignore",
  });
  return new Promise((done) => child.on("close", (_, signal) => done(signal === "SIGKILL")));
}

async function championOf({ folder }: TemporaryHome): Promise<string | null> {
  return readFile(join(folder, "models/first/champion.onnx")).then(sha256, () => null);
}

function stateOf(entries: Parameters<typeof foldEntries>[0]): RecipeState {
  return foldEntries(entries).recipes.get("first") as RecipeState;
}

/** What whoever looks finds just after the kill, and what is there after the next start. */
async function check(home: TemporaryHome, { before, after }: { readonly before: string; readonly after: string }) {
  expect([before, after]).toContain(await championOf(home));
  const { parts, close } = await openRecord(homeAt(home.folder), () => {});
  const state = stateOf(parts.ledger.entries);
  await parts.views.restore(state);
  const fault = await parts.views.firstFault(state);
  await close();
  expect(fault).toBeNull();
  expect(await championOf(home)).toBe(state.champion?.model);
  expect([before, after]).toContain(state.champion?.model);
}

describe.each(["promotion", "rollback"] as const)("a %s that is killed", (kind) => {
  it(
    "leaves the version of before or the one after, whole, and the next start makes all agree",
    async () => {
      const before = (await championOf(homes[kind])) as string;
      const whole = await homes[kind].copied();
      expect(await killed(whole, ORDERS[kind], 0)).toBe(false);
      const after = (await championOf(whole)) as string;
      expect(after).not.toBe(before);
      const points = Number(await whole.read("points"));
      await whole.remove();
      expect(points).toBeGreaterThanOrEqual(30);
      for (let point = 1; point <= points; point += STEP) {
        const home = await homes[kind].copied();
        try {
          expect(await killed(home, ORDERS[kind], point)).toBe(true);
          await check(home, { before, after });
        } finally {
          await home.remove();
        }
      }
    },
    10 * 60_000,
  );
});
