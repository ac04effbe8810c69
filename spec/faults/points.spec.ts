/**
 * `kill -9` at each step that a promotion, a rollback, and a probation that rolls back by itself take on the disk. Every 50th here, of
 * the probation one in its middle; SOUS_POINTS=1 for each of them (`npm run prove:points`).
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sha256 } from "../../core/artifacts/digest.js";
import { openRecord } from "../../core/cli/open.js";
import { verifyHome } from "../../core/cli/verify.js";
import { foldEntries, type RecipeState } from "../../core/promotion/champion.js";
import { homeAt } from "../../core/reconcile/home.js";
import { QUICK, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

const STEP = process.env.SOUS_POINTS === undefined ? 50 : 1;
const SOUS = resolve("dist/core/cli/sous.js");
const PRELOAD = resolve("spec/fixtures/faults/points.mjs");
const ORDERS = {
  promotion: ["approve", "first", "--reason", "good"],
  rollback: ["rollback", "first", "--reason", "bad"],
  probation: ["run", "recipes/first.recipe.yaml", "--once", "--json"],
} as const;
/** Much worse than a linear model, and good enough for a person to let it in. */
const NEAREST = "learners: [knn], space: { knn.k: { type: int, low: 1, high: 1 } }";

/** With a version that serves and one that waits, with two versions, and with rows that came after both. */
let homes: Readonly<Record<keyof typeof ORDERS, TemporaryHome>>;

function recipe(home: TemporaryHome, learners: string, mode: string): Promise<void> {
  const search = QUICK.replace("learners: [linear]", learners);
  const extra = `gates: [{ kind: beats_baseline }]\npromotion: { mode: ${mode} }`;
  return home.putRecipe("first", `budget: { trials: 2 }\nsearch: { ${search} }\n${extra}`);
}

beforeAll(async () => {
  const first = await TemporaryHome.make();
  await first.put("recipes/data/rows.csv", rowsCsv(300));
  const once = () => sous(["run", "recipes/first.recipe.yaml", "--once"], first.folder);
  await recipe(first, "learners: [linear]", "auto");
  await once();
  await recipe(first, NEAREST, "manual");
  await once();
  const second = await first.copied();
  await sous(ORDERS.promotion, second.folder);
  const third = await second.copied();
  await third.put("recipes/data/rows.csv", rowsCsv(1200));
  homes = { promotion: first, rollback: second, probation: third };
});

afterAll(() => Promise.all(Object.values(homes).map((home) => home.remove())));

/** Runs the order with the fault, and ends it before it goes on to a study. Whether it was killed, and its steps till then. */
function ran(home: TemporaryHome, order: readonly string[], point: number) {
  const points = join(home.folder, "points");
  const env = { ...process.env, SOUS_POINT: String(point), SOUS_POINTS: points };
  const child = spawn(process.execPath, ["--import", PRELOAD, SOUS, ...order], {
    cwd: home.folder,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let steps = 0;
  child.stdout.on("data", (text) => {
    if (steps > 0 || !/"kind":"(rolledBack|study)"/.test(String(text))) return;
    steps = Number(readFileSync(points, "utf8"));
    child.kill("SIGINT");
  });
  return new Promise<{ readonly isKilled: boolean; readonly steps: number }>((done) =>
    child.on("close", (_, signal) =>
      done({ isKilled: signal === "SIGKILL", steps: steps || Number(readFileSync(points, "utf8")) }),
    ),
  );
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

/** What the order makes of the champion, and in how many steps. */
async function whole(kind: keyof typeof ORDERS) {
  const home = await homes[kind].copied();
  const before = (await championOf(home)) as string;
  const { isKilled, steps } = await ran(home, ORDERS[kind], 0);
  const after = (await championOf(home)) as string;
  await home.remove();
  expect(isKilled).toBe(false);
  expect(after).not.toBe(before);
  expect(steps).toBeGreaterThanOrEqual(30);
  return { before, after, steps };
}

async function eachKilled(
  kind: keyof typeof ORDERS,
  points: readonly number[],
  then: (home: TemporaryHome) => Promise<void>,
) {
  for (const point of points) {
    const home = await homes[kind].copied();
    try {
      expect(await ran(home, ORDERS[kind], point)).toEqual({ isKilled: true, steps: point });
      await then(home);
    } finally {
      await home.remove();
    }
  }
}

describe.each(["promotion", "rollback"] as const)("a %s that is killed", (kind) => {
  it(
    "leaves the version of before or the one after, whole, and the next start makes all agree",
    async () => {
      const { steps, ...versions } = await whole(kind);
      const points = Array.from({ length: Math.ceil(steps / STEP) }, (_, at) => 1 + at * STEP);
      await eachKilled(kind, points, (home) => check(home, versions));
    },
    10 * 60_000,
  );
});

describe("a probation that is lost, and killed while it is", () => {
  it(
    "leaves one version or the other, and the next run ends with what one round decided, rolled back once",
    async () => {
      const { steps, ...versions } = await whole("probation");
      const points = STEP === 1 ? Array.from({ length: steps }, (_, at) => 1 + at) : [Math.ceil(steps / 2)];
      await eachKilled("probation", points, async (home) => {
        await check(home, versions);
        expect((await ran(home, ORDERS.probation, 0)).isKilled).toBe(false);
        const kinds = (await home.entries()).map(({ kind }) => kind).filter((kind) => kind !== "repaired");
        expect(kinds.slice(0, 5)).toEqual(["decision", "decision", "decision", "duel", "rollback"]);
        expect(kinds.slice(5)).not.toContain("rollback");
        expect(await championOf(home)).toBe(versions.after);
        expect((await verifyHome(homeAt(home.folder))).problem).toBeNull();
      });
    },
    30 * 60_000,
  );
});
