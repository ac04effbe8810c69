import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import fc from "fast-check";
import { decodeMetadata, GraphBuilder, type Value } from "onnx-train";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { sha256 } from "../../core/artifacts/digest.js";
import { canonicalJson } from "../../core/json.js";
import type { DecisionBody, Entry, Header } from "../../core/ledger/entry.js";
import { openLedger } from "../../core/ledger/ledger.js";
import { finishModel, rawInputs } from "../../core/plugin/index.js";
import { ModelCards } from "../../core/promotion/cards.js";
import { foldEntries, type RecipeState } from "../../core/promotion/champion.js";
import { keepImportance, versionJob } from "../../core/promotion/explanation.js";
import { type ModelKeys, Papers, type Provable } from "../../core/promotion/papers.js";
import { ModelViews, type PromotionBody } from "../../core/promotion/versions.js";
import { newKey } from "../provenance/keys.js";
import { decisionOf, headerOf, recipeOf } from "./entries.js";

const SPEC = { task: "binary", target: "churn", classes: ["no", "yes"] } as const;

const { key, open } = newKey();
const KEYS = { own: key, trusted: [open] };
const PAPERS = ["model.cdx.json", "model.onnx.intoto.jsonl", "model.sig"];

let home: string;
let artifacts: Artifacts;
/** The ledger of these specs: lines in memory, which a crash of the daemon can't lose. */
let ledger: Entry[];
let views: ModelViews;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sous-versions-"));
  artifacts = new Artifacts(join(home, "artifacts"));
  ledger = [];
  views = startDaemon();
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A new process: nothing in memory but what is read again. */
function startDaemon(keys: ModelKeys = KEYS, log: Provable | null = null): ModelViews {
  const entryAt = async (seq: number) => {
    const entry = ledger[seq - 1];
    if (!entry) throw new Error(`no line ${seq}`);
    return entry;
  };
  const cards = new ModelCards({ artifacts, entryAt, summaryOf: async () => null });
  const papers = new Papers({ entryAt, keys, log });
  return new ModelViews({ models: join(home, "models"), artifacts, entryAt, cards, papers });
}

function standing(): RecipeState | undefined {
  return foldEntries(ledger).recipes.get("churn");
}

/** A model that says of itself that it was made by `name`. */
function modelOf(name: string): Uint8Array {
  const graph = new GraphBuilder("test");
  const columns = [{ name: "age", type: "numeric" }] as const;
  const [age] = rawInputs(graph, columns) as [Value];
  const prediction = graph.concat([graph.sub(graph.scalar("float", 1), age), age], 1);
  return finishModel(graph, { learner: name, spec: SPEC, columns, prediction });
}

async function bodyFor(name: string): Promise<PromotionBody> {
  const number = (standing()?.versions.length ?? 0) + 1;
  const model = await artifacts.put(modelOf(name));
  return decisionOf({
    seed: number,
    look: number,
    version: { number, model, from: number - 1 || null },
  }) as PromotionBody;
}

/** The steps of a promotion, in order, of which a crash lets only the first `steps` happen. */
async function promote(name: string, steps = 3): Promise<void> {
  const body = await bodyFor(name);
  if (steps >= 1) await views.writeVersion(body, recipeOf("churn", body.version.number), standing());
  if (steps >= 2) ledger.push({ ...headerOf(ledger.length + 1), ...body });
  if (steps >= 3) await restore();
}

async function restore() {
  const state = standing();
  return state ? views.restore(state) : [];
}

const at = (...parts: string[]) => join(home, "models", "churn", ...parts);
const text = (...parts: string[]) => readFile(at(...parts), "utf8");
/** Which model a file is. */
const served = async (...parts: string[]) => decodeMetadata(await readFile(at(...parts)))["sous.learner"];

test("a promotion leaves an immutable folder and a pointer, every file of the digest that the ledger has", async () => {
  await promote("model one");
  expect(await readdir(at("versions", "000001"))).toEqual(
    ["README.md", "evidence.json", "model.onnx", "recipe.json", ...PAPERS].sort(),
  );
  expect(await served("champion.onnx")).toBe("model one");
  expect(await served("versions", "000001", "model.onnx")).toBe("model one");
  expect(sha256(await text("versions", "000001", "recipe.json"))).toBe(standing()?.champion?.recipe);
  expect(JSON.parse(await text("versions", "000001", "evidence.json"))).toMatchObject({
    kind: "decision",
    decision: "PROMOTED",
    look: 1,
  });
  await promote("model two");
  expect(await served("champion.onnx")).toBe("model two");
  expect(await served("versions", "000001", "model.onnx")).toBe("model one");
});

test("the pointer is a file of its own: writing into it leaves the version as it was", async () => {
  await promote("model one");
  expect((await stat(at("champion.onnx"))).nlink).toBe(1);
  await appendFile(at("champion.onnx"), "!");
  expect(await served("versions", "000001", "model.onnx")).toBe("model one");
  expect(await restore()).toEqual([{ path: at("champion.onnx"), why: "damaged" }]);
  expect(await served("champion.onnx")).toBe("model one");
});

describe("a crash of a first promotion", () => {
  test("before the folder leaves nothing", async () => {
    await promote("model one", 0);
    views = startDaemon();
    expect(await restore()).toEqual([]);
  });

  test("before the ledger line leaves an orphan, which the next promotion replaces", async () => {
    await promote("model lost", 1);
    views = startDaemon();
    expect(await restore()).toEqual([]);
    await expect(stat(at("champion.onnx"))).rejects.toThrow("ENOENT");
    await promote("model one");
    expect(await served("versions", "000001", "model.onnx")).toBe("model one");
    expect(await served("champion.onnx")).toBe("model one");
  });

  test("before the pointer is finished at the next start", async () => {
    await promote("model one", 2);
    views = startDaemon();
    expect(await restore()).toEqual([
      { path: at("champion.onnx"), why: "missing" },
      ...[...PAPERS, "README.md"].map((name) => ({ path: at("versions", "000001", name), why: "missing" })),
    ]);
    expect(await served("champion.onnx")).toBe("model one");
  });
});

describe("a crash of a second promotion", () => {
  beforeEach(() => promote("model one"));

  test("before the ledger line leaves the first champion in service", async () => {
    await promote("model lost", 1);
    views = startDaemon();
    expect(await restore()).toEqual([]);
    expect(await served("champion.onnx")).toBe("model one");
    await promote("model two");
    expect(await served("versions", "000002", "model.onnx")).toBe("model two");
  });

  test("before the pointer swaps it at the next start", async () => {
    await promote("model two", 2);
    expect(await served("champion.onnx")).toBe("model one");
    views = startDaemon();
    expect(await restore()).toEqual([
      { path: at("champion.onnx"), why: "behind" },
      ...[...PAPERS, "README.md"].map((name) => ({ path: at("versions", "000002", name), why: "missing" })),
    ]);
    expect(await served("champion.onnx")).toBe("model two");
  });
});

describe("what is lost or damaged comes back", () => {
  beforeEach(() => promote("model one"));

  test("everything, when the whole folder is deleted", async () => {
    const before = await text("versions", "000001", "evidence.json");
    await rm(join(home, "models"), { recursive: true });
    expect((await restore()).map(({ why }) => why)).toEqual(Array(5 + PAPERS.length).fill("missing"));
    expect(await text("versions", "000001", "evidence.json")).toBe(before);
    expect(await served("champion.onnx")).toBe("model one");
    expect(await restore()).toEqual([]);
  });

  test("the model card, that says what the record does", async () => {
    const card = await text("versions", "000001", "README.md");
    expect(card).toContain("# churn, version 1");
    await writeFile(at("versions", "000001", "README.md"), "by hand");
    expect(await restore()).toEqual([{ path: at("versions", "000001", "README.md"), why: "behind" }]);
    expect(await text("versions", "000001", "README.md")).toBe(card);
    views = startDaemon();
    expect(await restore()).toEqual([]);
  });

  test("the papers, of which the signed ones hold again and the bill has the same bytes", async () => {
    const before = await Promise.all(PAPERS.map((name) => text("versions", "000001", name)));
    for (const name of PAPERS) await writeFile(at("versions", "000001", name), "by hand");
    const paths = PAPERS.map((name) => at("versions", "000001", name));
    expect(await restore()).toEqual(paths.map((path) => ({ path, why: "damaged" })));
    const [bill, bundle, signature] = await Promise.all(PAPERS.map((name) => text("versions", "000001", name)));
    expect(bill).toBe(before[0]);
    expect(bundle).not.toBe(before[1]);
    expect(signature).not.toBe(before[2]);
    views = startDaemon();
    expect(await restore()).toEqual([]);
  });

  test("a signature whose attestations were signed anew", async () => {
    await rm(at("versions", "000001", "model.onnx.intoto.jsonl"));
    expect(await restore()).toEqual([
      { path: at("versions", "000001", "model.onnx.intoto.jsonl"), why: "missing" },
      { path: at("versions", "000001", "model.sig"), why: "damaged" },
    ]);
    expect(await restore()).toEqual([]);
  });

  test("one file, and the others are not written", async () => {
    const { mtimeNs } = await stat(at("versions", "000001", "model.onnx"), { bigint: true });
    await writeFile(at("versions", "000001", "recipe.json"), "{}");
    expect(await restore()).toEqual([{ path: at("versions", "000001", "recipe.json"), why: "damaged" }]);
    expect((await stat(at("versions", "000001", "model.onnx"), { bigint: true })).mtimeNs).toBe(mtimeNs);
  });

  test("a change that keeps size and time", async () => {
    const path = at("versions", "000001", "model.onnx");
    const { atime, mtime } = await stat(path);
    await restore();
    await writeFile(path, modelOf("model 0ne"));
    await utimes(path, atime, mtime);
    expect(await restore()).toEqual([{ path, why: "damaged" }]);
  });

  test("a model whose artifact is gone too, from the view that is left", async () => {
    await rm(join(home, "artifacts"), { recursive: true });
    await rm(at("champion.onnx"));
    expect(await restore()).toEqual([{ path: at("champion.onnx"), why: "missing" }]);
    await rm(at("versions", "000001", "model.onnx"));
    expect(await restore()).toEqual([{ path: at("versions", "000001", "model.onnx"), why: "missing" }]);
  });

  test("or, where no source is left, is a coded error that names the file and its digest", async () => {
    await rm(join(home, "artifacts"), { recursive: true });
    await rm(join(home, "models"), { recursive: true });
    const digest = standing()?.champion?.model ?? "";
    await expect(restore()).rejects.toMatchObject({
      code: "VERSION_LOST",
      details: { path: at("versions", "000001", "model.onnx"), digest },
    });
  });
});

test("a model that no decision put in service is taken out of it, and kept in the artifacts", async () => {
  ledger.push({ ...headerOf(1), ...decisionOf() });
  await mkdir(at(), { recursive: true });
  await writeFile(at("champion.onnx"), "dropped by hand");
  expect(await restore()).toEqual([{ path: at("champion.onnx"), why: "unknown" }]);
  await expect(stat(at("champion.onnx"))).rejects.toThrow("ENOENT");
  expect(Buffer.from((await artifacts.find(sha256("dropped by hand"))) ?? []).toString()).toBe("dropped by hand");
});

test("a version that the ledger knows is never written again", async () => {
  await promote("model one");
  const body = decisionOf({
    version: { number: 1, model: await artifacts.put(Buffer.from("other")), from: null },
  }) as PromotionBody;
  await expect(views.writeVersion(body, recipeOf("churn"), standing())).rejects.toMatchObject({
    code: "VERSION_KNOWN",
  });
  expect(await served("versions", "000001", "model.onnx")).toBe("model one");
});

test("a card grows when the importance of the columns is known, and the files that never change stay", async () => {
  await promote("model one");
  const [entry] = ledger as [Header & DecisionBody];
  const before = await stat(at("versions", "000001", "model.onnx"), { bigint: true });
  const column = { columns: ["age"], mean: 0.25, deviation: 0.01 };
  await keepImportance(artifacts, versionJob(entry, entry.version?.model ?? ""), {
    rows: 100,
    score: 0.9,
    direction: "maximize",
    columns: [column],
    groups: [],
    alike: [],
  });
  expect(await restore()).toEqual([{ path: at("versions", "000001", "README.md"), why: "behind" }]);
  expect(await text("versions", "000001", "README.md")).toContain("| `age` | 0.25 | 0.01 |");
  expect(await restore()).toEqual([]);
  expect((await stat(at("versions", "000001", "model.onnx"), { bigint: true })).mtimeNs).toBe(before.mtimeNs);
});

test("a model that isn't in the artifacts can't become a version", async () => {
  const body = decisionOf({ version: { number: 1, model: "e".repeat(64), from: null } }) as PromotionBody;
  await expect(views.writeVersion(body, recipeOf("churn"), undefined)).rejects.toMatchObject({
    code: "VERSION_UNPREPARED",
  });
});

test("evidence.json is the canonical JSON of the decision", async () => {
  const body = await bodyFor("model one");
  await views.writeVersion(body, recipeOf("churn", 1), undefined);
  expect(await text("versions", "000001", "evidence.json")).toBe(canonicalJson(body));
});

test("papers that an earlier key signed stay while it is trusted, and are signed anew when it isn't", async () => {
  await promote("model one");
  const next = newKey();
  views = startDaemon({ own: next.key, trusted: [next.open, open] });
  expect(await restore()).toEqual([]);
  views = startDaemon({ own: next.key, trusted: [next.open] });
  expect((await restore()).map(({ path }) => basename(path))).toEqual(["model.onnx.intoto.jsonl", "model.sig"]);
  expect(await restore()).toEqual([]);
});

describe("the proof that a promotion is in the log", () => {
  /** A log with one promotion among other entries. */
  async function promoted() {
    const log = await openLedger(join(home, "ledger"), { write: true, keys: join(home, "keys") });
    const body = await bodyFor("model one");
    for (const one of [body, { ...body, decision: "REJECTED", version: null } as const, body]) await log.append(one);
    ledger.push(...log.entries.slice(0, 1));
    views = startDaemon(KEYS, log);
    await views.writeVersion(body, recipeOf("churn", 1), undefined);
    return log;
  }
  const file = () => at("versions", "000001", "model.tlog-proof");

  test("stands beside the model, and is kept while the log grows", async () => {
    const log = await promoted();
    await restore();
    const proof = await readFile(file(), "utf8");
    expect(log.proves(proof, 1)).toBe(true);
    expect(log.proves(proof, 3)).toBe(false);
    await log.append({ ...(await bodyFor("model two")), decision: "REJECTED", version: null });
    expect(await restore()).toEqual([]);
    expect(log.proves(proof, 1)).toBe(true);
  });

  test("is made anew where it is lost, of another entry or of another log", async () => {
    const log = await promoted();
    await restore();
    for (const wrong of [
      null,
      "",
      (await log.proof(2)) ?? "",
      (await log.proof(1))?.replace(/index 0\n./, "index 0\n/") ?? "",
    ]) {
      await rm(file());
      if (wrong !== null) await writeFile(file(), wrong);
      expect(await restore()).toEqual([{ path: file(), why: wrong === null ? "missing" : "damaged" }]);
      expect(log.proves(await readFile(file(), "utf8"), 1)).toBe(true);
    }
  });
});

describe("the first file that isn't what the ledger says is named", () => {
  const fault = async () => {
    const state = standing();
    return state && startDaemon({ own: null, trusted: [open] }).firstFault(state);
  };
  const files = ["model.onnx", "recipe.json", "evidence.json", ...PAPERS, "README.md"];
  beforeEach(() => promote("model one"));

  test("none, where nobody touched anything", async () => {
    expect(await fault()).toBeNull();
  });

  test.each(files)("%s, with a byte flipped, cut, or gone", async (name) => {
    const path = at("versions", "000001", name);
    const bytes = await readFile(path);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 1;
    const why = name === "README.md" ? "behind" : "damaged";
    for (const wrong of [flipped, bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from("\n")])]) {
      await writeFile(path, wrong);
      expect(await fault()).toEqual({ path, why });
    }
    await rm(path);
    expect(await fault()).toEqual({ path, why: "missing" });
    expect(await restore()).not.toEqual([]);
    expect(await fault()).toBeNull();
  });

  test("any of them, with any bit flipped", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.double({ min: 0, max: 1, noNaN: true }), async (name, share) => {
        const path = at("versions", "000001", name);
        const bytes = await readFile(path);
        const bit = Math.min(Math.floor(share * bytes.length * 8), bytes.length * 8 - 1);
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await writeFile(path, flipped);
        expect((await fault())?.path).toBe(path);
        await writeFile(path, bytes);
      }),
      { numRuns: 150 },
    );
    expect(await fault()).toBeNull();
  });

  test("the pointer, a file that no version has, and a signature by another's key", async () => {
    await writeFile(at("champion.onnx"), modelOf("model two"));
    expect(await fault()).toEqual({ path: at("champion.onnx"), why: "damaged" });
    await restore();
    await writeFile(at("versions", "000001", "weights.bin"), "");
    expect(await fault()).toEqual({ path: at("versions", "000001", "weights.bin"), why: "unknown" });
    await rm(at("versions", "000001", "weights.bin"));
    const thief = newKey();
    for (const name of PAPERS.slice(1)) await rm(at("versions", "000001", name));
    const state = standing();
    if (state) await startDaemon({ own: thief.key, trusted: [thief.open] }).restore(state);
    expect(await fault()).toEqual({ path: at("versions", "000001", "model.onnx.intoto.jsonl"), why: "damaged" });
  });
});
