/** What somebody could do to a home by hand, at random: all of it is found, and the right entry or file is named. */
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "hyperparameter-js";
import { decodeMetadata, GraphBuilder, type Value } from "onnx-train";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { openViews } from "../../core/cli/open.js";
import { verifyHome } from "../../core/cli/verify.js";
import { SousError } from "../../core/errors.js";
import type { Body } from "../../core/ledger/entry.js";
import { loadKeys } from "../../core/ledger/keys.js";
import { type Ledger, openLedger } from "../../core/ledger/ledger.js";
import { readVerifier, verifierPath } from "../../core/ledger/signer.js";
import { witnessLog } from "../../core/ledger/witness.js";
import { finishModel, rawInputs } from "../../core/plugin/index.js";
import { foldEntries } from "../../core/promotion/champion.js";
import type { PromotionBody } from "../../core/promotion/versions.js";
import { type Home, homeAt } from "../../core/reconcile/home.js";
import { decisionOf, recipeOf } from "../promotion/entries.js";

/** `npm run prove:ledger` makes 10,000. */
const TAMPERINGS = Number(process.env.SOUS_TAMPERINGS ?? 60);
/** More than a full tile. */
const ENTRIES = 270;
const VERSIONS = 3;
const FORKS = [1, 2, 40, 41, 200, 255, 256, 257, 269, 270];

const random = createRng(20_261_126, "tampering");
const pick = <T>(items: readonly T[]): T => items[random.int(items.length)] as T;

let folder: string;
let home: Home;
let lines: readonly Buffer[];
const witness = () => join(folder, "witness");
const entriesFile = () => join(home.ledger, "entries.jsonl");

function modelOf(name: string): Uint8Array {
  const graph = new GraphBuilder(name);
  const columns = [{ name: "age", type: "numeric" }] as const;
  const [age] = rawInputs(graph, columns) as [Value];
  const prediction = graph.concat([graph.sub(graph.scalar("float", 1), age), age], 1);
  return finishModel(graph, {
    learner: name,
    spec: { task: "binary", target: "churn", classes: ["no", "yes"] },
    columns,
    prediction,
  });
}

const rejected = (look: number) => decisionOf({ look });

async function promote(ledger: Ledger, number: number): Promise<void> {
  const artifacts = new Artifacts(home.artifacts);
  const { model } = await loadKeys(home.keys);
  const signing = { keys: { own: model.privateKey, trusted: [model.publicKey] }, log: ledger };
  const views = openViews(home, { entries: () => ledger.entries, store: null, signing });
  const digest = await artifacts.put(modelOf(`model ${number}`));
  const version = { number, model: digest, from: number - 1 || null };
  const body = decisionOf({ seed: number, look: ledger.entries.length + 1, version }) as PromotionBody;
  await views.writeVersion(body, recipeOf("churn", number), foldEntries(ledger.entries).recipes.get("churn"));
  await ledger.append(body);
  const state = foldEntries(ledger.entries).recipes.get("churn");
  if (state !== undefined) await views.restore(state);
}

async function makeHome(): Promise<void> {
  const ledger = await openLedger(home.ledger, { write: true, keys: home.keys });
  for (let number = 1; number <= VERSIONS; number += 1) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => ledger.append(rejected(number * 50 + i))));
    await promote(ledger, number);
  }
  const rest = ENTRIES - ledger.entries.length;
  await Promise.all(Array.from({ length: rest }, (_, i) => ledger.append(rejected(1000 + i))));
  await witnessLog(
    witness(),
    { folder: home.ledger, known: await readVerifier(verifierPath(home.keys)) },
    1_800_000_000,
  );
}

const joined = (some: readonly Buffer[]) => Buffer.concat(some.flatMap((line) => [line, Buffer.from("\n")]));

/** A log with the same entries before entry `from` and others after it; with the log's own key, where it is given. */
async function makeFork(from: number, key: boolean): Promise<string> {
  const log = join(folder, `fork-${from}-${key}`);
  await mkdir(log);
  await writeFile(join(log, "entries.jsonl"), joined(lines.slice(0, from - 1)));
  const keys = join(folder, `keys-${from}`);
  if (key) {
    await cp(home.keys, keys, { recursive: true });
    await rm(verifierPath(keys));
  }
  const ledger = await openLedger(log, { write: true, ...(key && { keys }) });
  const others: Body[] = Array.from({ length: 1 + random.int(2 * (ENTRIES - from + 1)) }, (_, i) => rejected(5000 + i));
  await Promise.all(others.map((body) => ledger.append(body)));
  return log;
}

/** Files below a folder. */
async function filesIn(path: string): Promise<string[]> {
  const items = await readdir(path, { recursive: true, withFileTypes: true });
  return items.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name));
}

/** What was done: the entry that is wrong, or the files of which one has to be named. */
interface Done {
  readonly seq?: number;
  readonly paths?: readonly string[];
  readonly undo: () => Promise<void>;
}

async function change(path: string, bytes: Buffer): Promise<() => Promise<void>> {
  const whole = await readFile(path);
  await writeFile(path, bytes);
  return () => writeFile(path, whole);
}

async function flip(path: string): Promise<{ offset: number; undo: () => Promise<void> }> {
  const bytes = await readFile(path);
  const offset = random.int(bytes.length);
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << random.int(8));
  return { offset, undo: await change(path, bytes) };
}

async function swap(one: string, two: string): Promise<Done> {
  const [a, b] = [await readFile(one), await readFile(two)];
  const undo = [await change(one, b), await change(two, a)];
  return { paths: [one, two], undo: async () => void (await Promise.all(undo.map((back) => back()))) };
}

const withLines = async (some: readonly Buffer[], seq: number): Promise<Done> => ({
  seq,
  undo: await change(entriesFile(), joined(some)),
});

const at = () => random.int(lines.length);
const models = () =>
  Array.from({ length: VERSIONS }, (_, i) => join(home.models, `churn/versions/00000${i + 1}/model.onnx`));

const TAMPERING: Readonly<Record<string, () => Promise<Done>>> = {
  "a bit of an entry flipped": async () => {
    const { offset, undo } = await flip(entriesFile());
    return {
      seq:
        joined(lines)
          .subarray(0, offset)
          .filter((byte) => byte === 0x0a).length + 1,
      undo,
    };
  },
  "an entry dropped": async () => {
    const i = at();
    return withLines([...lines.slice(0, i), ...lines.slice(i + 1)], i + 1);
  },
  "an entry doubled": async () => {
    const i = at();
    return withLines([...lines.slice(0, i + 1), ...lines.slice(i)], i + 2);
  },
  "two entries in each other's place": async () => {
    const i = random.int(lines.length - 1);
    const j = i + 1 + random.int(lines.length - i - 1);
    const changed = [...lines];
    [changed[i], changed[j]] = [lines[j] as Buffer, lines[i] as Buffer];
    return withLines(changed, i + 1);
  },
  "the end cut off at a byte": async () => {
    const whole = joined(lines);
    const left = whole.subarray(0, random.int(whole.length));
    return { seq: left.filter((byte) => byte === 0x0a).length + 1, undo: await change(entriesFile(), left) };
  },
  "another history, without the key": async () => {
    const from = pick(FORKS);
    const bytes = await readFile(join(folder, `fork-${from}-false`, "entries.jsonl"));
    return { seq: from, undo: await change(entriesFile(), bytes) };
  },
  "another history, signed with the log's own key": async () => {
    const from = pick(FORKS);
    const [own, fork] = [join(folder, "own"), join(folder, `fork-${from}-true`)];
    await rename(home.ledger, own);
    await rename(fork, home.ledger);
    const undo = async () => {
      await rename(home.ledger, fork);
      await rename(own, home.ledger);
    };
    return { seq: from, undo };
  },
  "a bit of a tile or a signature flipped": async () => {
    const path = pick((await filesIn(home.ledger)).filter((name) => name !== entriesFile()));
    return { paths: [path], undo: (await flip(path)).undo };
  },
  "a model in another's place": async () => {
    const [one, two] = [pick(models()), pick([...models(), join(home.models, "churn/champion.onnx")])];
    const same = (await readFile(one)).equals(await readFile(two));
    return swap(one, same ? (models().find((path) => path !== one && path !== two) as string) : two);
  },
  "a bit of a file of a version flipped": async () => {
    const path = pick(await filesIn(home.models));
    return { paths: [path], undo: (await flip(path)).undo };
  },
  "a blob in another's place": async () => {
    const blobs = await filesIn(join(home.artifacts, "blobs"));
    const one = pick(blobs);
    return swap(one, pick(blobs.filter((path) => path !== one)));
  },
  "a bit of a blob flipped": async () => {
    const path = pick(await filesIn(join(home.artifacts, "blobs")));
    return { paths: [path], undo: (await flip(path)).undo };
  },
};

/** What is said to be wrong; null: nothing. */
async function named(witnessed: boolean): Promise<{ seq: unknown; path: unknown; message: string } | null> {
  try {
    const { problem } = await verifyHome(home, witnessed ? { witness: witness() } : {});
    if (problem === null) return null;
    const { seq, entries, path } = problem.details;
    return { seq: problem.code === "LEDGER_CUT" ? Number(entries) + 1 : seq, path, message: problem.message };
  } catch (error) {
    if (!(error instanceof SousError)) throw error;
    return { seq: error.details.seq, path: error.details.path, message: error.message };
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sous-tampering-"));
  home = homeAt(join(folder, "home"));
  await makeHome();
  const text = await readFile(entriesFile(), "latin1");
  lines = text
    .split("\n")
    .slice(0, -1)
    .map((line) => Buffer.from(line, "latin1"));
  for (const from of FORKS) for (const key of [true, false]) await makeFork(from, key);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("untouched, all holds, with the witness and without", async () => {
  expect(lines).toHaveLength(ENTRIES);
  expect(decodeMetadata(await readFile(join(home.models, "churn/champion.onnx")))["sous.learner"]).toBe("model 3");
  expect([await named(true), await named(false)]).toEqual([null, null]);
});

test.each(Object.keys(TAMPERING))(
  "%s",
  async (kind) => {
    const times = Math.ceil(TAMPERINGS / Object.keys(TAMPERING).length);
    const wrong: unknown[] = [];
    for (let time = 0; time < times; time += 1) {
      const { seq, paths, undo } = await (TAMPERING[kind] as () => Promise<Done>)();
      const witnessed = kind.includes("own key") || random.int(2) === 0;
      const found = await named(witnessed);
      const isRight = found !== null && (seq !== undefined ? found.seq === seq : paths?.includes(String(found.path)));
      if (!isRight) wrong.push({ seq, paths, witnessed, found });
      await undo();
    }
    expect(wrong).toEqual([]);
    expect(await named(true)).toBeNull();
  },
  5_000 + TAMPERINGS * 100,
);
