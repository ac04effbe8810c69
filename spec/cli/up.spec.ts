import { access, appendFile, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DaemonEvent } from "../../core/reconcile/events.js";
import { QUICK, RunningDaemon, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

let home: TemporaryHome;
let daemon: RunningDaemon | null;

beforeEach(async () => {
  daemon = null;
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", rowsCsv(300));
});

afterEach(async () => {
  await daemon?.end("SIGKILL");
  await home.remove();
});

const start = () => {
  daemon = new RunningDaemon(home.folder);
  return daemon;
};
const path = (name: string) => join(home.folder, "recipes", `${name}.recipe.yaml`);
const exists = (file: string) =>
  access(join(home.folder, file)).then(
    () => true,
    () => false,
  );
const isKind = (kind: DaemonEvent["kind"], name?: string) => (event: DaemonEvent) =>
  event.kind === kind && (name === undefined || ("name" in event && event.name === name));

describe("sous up", () => {
  it("promotes a recipe that is dropped in, and ends at Ctrl-C with status 0", async () => {
    const up = start();
    await up.event(isKind("watching"));
    await home.putRecipe("first");
    await up.decided("first");
    expect(await exists("models/first/champion.onnx")).toBe(true);
    expect(await up.end("SIGINT")).toBe(0);
  });

  it("refuses a second daemon on the same folder with the first one's pid and status 4", async () => {
    const up = start();
    await up.event(isKind("watching"));
    const { status, err } = await sous(["up", "recipes"], home.folder);
    expect(status).toBe(4);
    expect(err).toContain("LOCK_HELD");
    expect(err).toContain(String(up.pid));
  });

  it("ends the study of an edited recipe cleanly and runs the new one", async () => {
    await home.putRecipe("first", "budget: { trials: 500 }\npromotion: { early: false }");
    const up = start();
    await up.event(isKind("trial", "first"));
    await home.putRecipe("first", `budget: { trials: 3 }\nsearch: { seed: 5, ${QUICK} }`);
    await up.event(isKind("interrupted", "first"));
    await up.decided("first");
    const entries = await home.entries();
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ search: { seed: 5, ended: "trials" } });
  });

  it("lets the study go on when an edit is no valid recipe, and says what is wrong", async () => {
    await home.putRecipe("first", "budget: { trials: 12 }");
    const up = start();
    await up.event(isKind("trial", "first"));
    await home.put("recipes/first.recipe.yaml", "data: { source: data/rows.csv }\n");
    await up.decided("first");
    await up.event(isKind("invalid"));
    expect(up.events.some(isKind("interrupted"))).toBe(false);
    expect(await exists("models/first/champion.onnx")).toBe(true);
  });

  it("waits for slow writers: the recipe is read once it is whole", async () => {
    const up = start();
    await up.event(isKind("watching"));
    await writeFile(path("slow"), "data: { source: data/ro");
    for (const part of ["ws.csv, tar", "get: y }\nbudget: { tri", "als: 3 }\n"]) {
      await sleep(60);
      await appendFile(path("slow"), part);
    }
    await up.decided("slow");
    expect(up.events.some(isKind("invalid"))).toBe(false);
  });

  it("retires a recipe whose file is deleted, keeps its models, and takes it back when the file returns", async () => {
    await home.putRecipe("first");
    const up = start();
    await up.decided("first");
    const text = await readFile(path("first"), "utf8");
    await rm(path("first"));
    await up.event(isKind("retired", "first"));
    expect(await exists("models/first/champion.onnx")).toBe(true);
    await home.put("recipes/first.recipe.yaml", text);
    while ((await home.entries()).length < 3) await sleep(20);
    expect((await home.entries()).map(({ kind }) => kind)).toEqual(["decision", "retired", "returned"]);
  });

  it("follows a renamed file: the recipe keeps its name, its champion and its decisions", async () => {
    await home.putRecipe("first", "name: steady\nbudget: { trials: 3 }");
    const up = start();
    await up.decided("steady");
    await rename(path("first"), path("second"));
    await sleep(3000); // longer than a file may be missing before it counts as deleted
    await home.putRecipe("third");
    await up.decided("third");
    expect((await home.entries()).map(({ kind }) => kind)).toEqual(["decision", "decision"]);
  });

  it("tells when a broken recipe is in order again, and takes it off the list of troubles", async () => {
    const up = start();
    await up.event(isKind("watching"));
    await home.put("recipes/first.recipe.yaml", "data: { source: data/rows.csv }\n");
    await up.event(isKind("invalid"));
    await home.putRecipe("first");
    await up.event(isKind("mended", "first"));
    await up.end();
    const { recipes } = JSON.parse(await home.read(".sous/status.json"));
    expect(Object.keys(recipes)).toEqual(["first"]);
    expect(recipes.first).toMatchObject({ phase: "settled", errors: [] });
  });

  it("holds the models of a retired recipe to the log", async () => {
    await home.putRecipe("first");
    const up = start();
    await up.decided("first");
    await rm(path("first"));
    await up.event(isKind("retired", "first"));
    await up.end();
    await writeFile(join(home.folder, "models/first/champion.onnx"), "garbage");
    await start().event(isKind("restored", "first"));
    expect((await readFile(join(home.folder, "models/first/champion.onnx"))).length).toBeGreaterThan(100);
  });

  it("refuses a second file with the same recipe name and keeps the first", async () => {
    await home.putRecipe("first", "name: same\nbudget: { trials: 3 }");
    const up = start();
    await up.decided("same");
    await home.putRecipe("second", `name: same\nbudget: { trials: 3 }\nsearch: { seed: 9, ${QUICK} }`);
    const failed = await up.event(isKind("failed"));
    expect(failed).toMatchObject({ error: { code: "RECIPE_NAME_TAKEN" } });
  });

  it("goes round again when the data grow", async () => {
    await home.putRecipe("first");
    const up = start();
    await up.decided("first");
    const seen = up.events.length;
    await home.put("recipes/data/rows.csv", rowsCsv(360));
    await up.decided("first", seen);
    const [before, after] = await home.entries();
    expect(after).toMatchObject({ data: { rows: 360 } });
    expect(before).toMatchObject({ data: { rows: 300 } });
  });

  it("forgets losing candidates once nothing is in flight, and keeps what serves", async () => {
    await home.putRecipe("first", "budget: { trials: 6 }");
    const up = start();
    await up.decided("first");
    await up.event(isKind("idle"), up.events.length - 1);
    const blobs = await readdir(join(home.folder, ".sous/artifacts/blobs"), { recursive: true, withFileTypes: true });
    const [entry] = await home.entries();
    if (entry?.kind !== "decision") throw new Error("nothing was decided");
    const { candidate, baseline, replay } = entry.evidence;
    const kept = [candidate.digest, entry.recipe.digest, replay, candidate.right, baseline.right];
    const names = blobs.filter((blob) => blob.isFile()).map(({ name }) => name);
    expect(names.sort()).toEqual(kept.map((digest) => digest?.slice(2)).sort());
  });

  it("reads a thousand recipes that come at once, and tells of each bad one", async () => {
    const up = start();
    await up.event(isKind("watching"));
    const names = Array.from({ length: 1000 }, (_, index) => `r${index}`);
    await Promise.all(names.map((name) => home.put(`recipes/${name}.recipe.yaml`, "data: { source: nothing.csv }\n")));
    await home.putRecipe("good", "budget: { trials: 2 }");
    await up.decided("good");
    while (up.events.filter(isKind("invalid")).length < 1000) await sleep(50);
    expect(new Set(up.events.filter(isKind("invalid")).map((event) => "name" in event && event.name)).size).toBe(1000);
  });

  it("says what is going on to `sous status` beside it, and what serves when it is gone", async () => {
    await home.putRecipe("first");
    const up = start();
    await up.decided("first");
    await up.event(isKind("idle"), up.events.length - 1);
    const beside = JSON.parse((await sous(["status", "--json"], home.folder)).out);
    expect(beside).toMatchObject({ daemon: { pid: up.pid }, recipes: [{ recipe: "first", champion: 1 }] });
    await up.end("SIGTERM");
    const after = JSON.parse((await sous(["status", "--json"], home.folder)).out);
    expect(after).toMatchObject({ daemon: null, recipes: [{ recipe: "first", champion: 1, phase: "settled" }] });
  });
});
