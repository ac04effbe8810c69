/** The daemon on real folders. One that runs serves many tests: each of them has recipes of its own. */
import { access, appendFile, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Entry } from "../../core/ledger/entry.js";
import type { DaemonEvent } from "../../core/reconcile/events.js";
import { QUICK, RunningDaemon, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

let home: TemporaryHome;
let up: RunningDaemon;

async function makeHome(): Promise<void> {
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", rowsCsv(300));
}

async function start(): Promise<void> {
  up = new RunningDaemon(home.folder);
  await up.event(isKind("watching"));
}

async function clear(): Promise<void> {
  await up.end("SIGKILL");
  await home.remove();
}

const path = (name: string) => join(home.folder, "recipes", `${name}.recipe.yaml`);
const exists = (file: string) =>
  access(join(home.folder, file)).then(
    () => true,
    () => false,
  );
const isKind = (kind: DaemonEvent["kind"], name?: string) => (event: DaemonEvent) =>
  event.kind === kind && (name === undefined || ("name" in event && event.name === name));
const isInvalid = (name: string) => isKind("invalid", `recipes/${name}.recipe.yaml`);

async function entriesOf(recipe: string): Promise<readonly Entry[]> {
  const entries = await home.entries();
  return entries.filter((entry) => "recipe" in entry && entry.recipe.name === recipe);
}

const kindsOf = async (recipe: string) => (await entriesOf(recipe)).map(({ kind }) => kind);

/** The longest time, in milliseconds, between two writes of a file in many parts, by the file's own times. */
async function writeSlowly(file: string, text: string): Promise<number> {
  let longest = 0;
  let before = Number.POSITIVE_INFINITY;
  for (let at = 0; at < text.length; at += 8) {
    await appendFile(file, text.slice(at, at + 8));
    const { mtimeMs } = await stat(file);
    longest = Math.max(longest, mtimeMs - before);
    before = mtimeMs;
    await sleep(25);
  }
  return longest;
}

describe("sous up", () => {
  beforeAll(async () => {
    await makeHome();
    await start();
  });
  afterAll(clear);

  it("promotes a recipe that is dropped in", async () => {
    await home.putRecipe("dropped", "budget: { trials: 2 }");
    await up.decided("dropped");
    expect(await exists("models/dropped/champion.onnx")).toBe(true);
  });

  it("refuses a second daemon on the same folder with the first one's pid and status 4", async () => {
    const { status, err } = await sous(["up", "recipes"], home.folder);
    expect(status).toBe(4);
    expect(err).toContain("LOCK_HELD");
    expect(err).toContain(String(up.pid));
  });

  it("ends the study of an edited recipe cleanly and runs the new one", async () => {
    await home.putRecipe("edited", "budget: { trials: 500 }\npromotion: { early: false }");
    await up.event(isKind("trial", "edited"));
    await home.putRecipe("edited", `budget: { trials: 3 }\nsearch: { seed: 5, ${QUICK} }`);
    await up.event(isKind("interrupted", "edited"));
    await up.decided("edited");
    const entries = await entriesOf("edited");
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ search: { seed: 5, ended: "trials" } });
  });

  it("lets the study go on when an edit is no valid recipe, and says what is wrong", async () => {
    await home.putRecipe("hurt", "budget: { trials: 12 }");
    await up.event(isKind("trial", "hurt"));
    await home.put("recipes/hurt.recipe.yaml", "data: { source: data/rows.csv }\n");
    await up.decided("hurt");
    await up.event(isInvalid("hurt"));
    expect(up.events.some(isKind("interrupted", "hurt"))).toBe(false);
    expect(await exists("models/hurt/champion.onnx")).toBe(true);
  });

  it("waits for slow writers: the recipe is read once it is whole", async () => {
    const text = `data: { source: data/rows.csv, target: y }\nbudget: { trials: 2 }\nsearch: { ${QUICK} }\n`;
    let name = "slow";
    // a file that rests for 100 ms counts as written; where the machine made the writer rest, it has to write again
    while ((await writeSlowly(path(name), text)) > 90) name += "er";
    await up.decided(name);
    expect(up.events.some(isInvalid(name))).toBe(false);
  });

  it("retires a recipe whose file is deleted, keeps its models, and takes it back when the file returns", async () => {
    await home.putRecipe("gone", "budget: { trials: 2 }");
    await up.decided("gone");
    const text = await readFile(path("gone"), "utf8");
    await rm(path("gone"));
    await up.event(isKind("retired", "gone"));
    expect(await exists("models/gone/champion.onnx")).toBe(true);
    await home.put("recipes/gone.recipe.yaml", text);
    while ((await entriesOf("gone")).length < 3) await sleep(20);
    expect(await kindsOf("gone")).toEqual(["decision", "retired", "returned"]);
  });

  it("follows a renamed file: the recipe keeps its name, its champion and its decisions", async () => {
    await home.putRecipe("moving", "name: steady\nbudget: { trials: 2 }");
    await up.decided("steady");
    await rename(path("moving"), path("moved"));
    await sleep(3000); // longer than a file may be missing before it counts as deleted
    await home.putRecipe("later", "budget: { trials: 2 }");
    await up.decided("later");
    expect(await kindsOf("steady")).toEqual(["decision"]);
  });

  it("tells when a broken recipe is in order again, and takes it off the list of troubles", async () => {
    await home.put("recipes/broken.recipe.yaml", "data: { source: data/rows.csv }\n");
    await up.event(isInvalid("broken"));
    await home.putRecipe("broken", "budget: { trials: 2 }");
    await up.event(isKind("mended", "broken"));
    await up.decided("broken");
    const recipes = async () => JSON.parse(await home.read(".sous/status.json")).recipes;
    while ((await recipes()).broken?.phase !== "settled") await sleep(20);
    expect((await recipes()).broken).toMatchObject({ phase: "settled", errors: [] });
    expect(Object.keys(await recipes())).not.toContain("recipes/broken.recipe.yaml");
  });

  it("refuses a second file with the same recipe name and keeps the first", async () => {
    await home.putRecipe("one", "name: same\nbudget: { trials: 2 }");
    await up.decided("same");
    const seen = up.events.length;
    await home.putRecipe("two", `name: same\nbudget: { trials: 2 }\nsearch: { seed: 9, ${QUICK} }`);
    const failed = await up.event(isKind("failed"), seen);
    expect(failed).toMatchObject({ error: { code: "RECIPE_NAME_TAKEN" } });
    expect(await kindsOf("same")).toEqual(["decision"]);
  });

  it("goes round again when the data grow", async () => {
    await home.put("recipes/data/more.csv", rowsCsv(300));
    const text = `data: { source: data/more.csv, target: y }\nbudget: { trials: 2 }\nsearch: { ${QUICK} }\n`;
    await home.put("recipes/growing.recipe.yaml", text);
    await up.decided("growing");
    const seen = up.events.length;
    await home.put("recipes/data/more.csv", rowsCsv(360));
    await up.decided("growing", seen);
    const [before, after] = await entriesOf("growing");
    expect(after).toMatchObject({ data: { rows: 360 } });
    expect(before).toMatchObject({ data: { rows: 300 } });
  });

  it("ends at Ctrl-C with status 0, and the next one holds the models of a retired recipe to the log", async () => {
    await rm(path("dropped"));
    await up.event(isKind("retired", "dropped"));
    expect(await up.end("SIGINT")).toBe(0);
    await writeFile(join(home.folder, "models/dropped/champion.onnx"), "garbage");
    await start();
    await up.event(isKind("restored", "dropped"));
    expect((await readFile(join(home.folder, "models/dropped/champion.onnx"))).length).toBeGreaterThan(100);
  });

  it("reads a thousand recipes that come at once, and tells of each bad one", async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `r${index}`);
    const seen = up.events.length;
    await Promise.all(names.map((name) => home.put(`recipes/${name}.recipe.yaml`, "data: { source: nothing.csv }\n")));
    await home.putRecipe("good", "budget: { trials: 2 }");
    await up.decided("good");
    const told = () => up.events.slice(seen).flatMap((event) => (event.kind === "invalid" ? [event.name] : []));
    const bad = () => [...new Set(told())].filter((name) => /\/r\d+\./.test(name));
    while (bad().length < 1000) await sleep(50);
    expect(bad().toSorted()).toEqual(names.map((name) => `recipes/${name}.recipe.yaml`).toSorted());
  });
});

describe("sous up with one recipe", () => {
  beforeAll(async () => {
    await makeHome();
    await home.putRecipe("first", "budget: { trials: 6 }");
    await start();
    await up.decided("first");
    await up.event(isKind("idle"), up.events.length - 1);
  });
  afterAll(clear);

  it("forgets losing candidates once nothing is in flight, and keeps what serves", async () => {
    const blobs = await readdir(join(home.folder, ".sous/artifacts/blobs"), { recursive: true, withFileTypes: true });
    const [entry] = await home.entries();
    if (entry?.kind !== "decision") throw new Error("nothing was decided");
    const { candidate, baseline, replay, known } = entry.evidence;
    const kept = [candidate.digest, entry.recipe.digest, replay, known, candidate.right, baseline.right];
    const names = blobs.filter((blob) => blob.isFile()).map(({ name }) => name);
    expect(names.sort()).toEqual(kept.map((digest) => digest?.slice(2)).sort());
  });

  it("says what is going on to `sous status` beside it, and what serves when it is gone", async () => {
    const beside = JSON.parse((await sous(["status", "--json"], home.folder)).out);
    expect(beside).toMatchObject({ daemon: { pid: up.pid }, recipes: [{ recipe: "first", champion: 1 }] });
    await up.end("SIGTERM");
    const after = JSON.parse((await sous(["status", "--json"], home.folder)).out);
    expect(after).toMatchObject({ daemon: null, recipes: [{ recipe: "first", champion: 1, phase: "settled" }] });
  });
});
