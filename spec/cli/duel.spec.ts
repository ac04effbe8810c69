/** Shadow and probation, from rows that come to a real home's file. */
import { openRecord } from "../../core/cli/open.js";
import { verifyHome } from "../../core/cli/verify.js";
import type { Entry, RollbackBody } from "../../core/ledger/entry.js";
import { homeAt } from "../../core/reconcile/home.js";
import { uniforms } from "../benchmarks/random.mjs";
import { sous, TemporaryHome } from "../support/sous.js";

const RECIPE = "recipes/first.recipe.yaml";

/** The answer goes with c, and much more with waves of a, until they turn round. */
function rows(alike: number, turned: number): string {
  const random = uniforms("duel");
  const lines = Array.from({ length: alike + turned }, (_, at) => {
    const [a, b, c] = [0, 1, 2].map(() => Number((2 * random() - 1).toFixed(4))) as [number, number, number];
    const z = (at < alike ? 3 : -3) * Math.sign(Math.sin(12 * a)) + 4 * c;
    return [a, b, c, random() < 1 / (1 + Math.exp(-z)) ? "yes" : "no"].join(",");
  });
  return ["a,b,c,y", ...lines, ""].join("\n");
}

function recipe(home: TemporaryHome, learner: string): Promise<void> {
  const search = `learners: [${learner}], cross_validation: { folds: 0 }, ensemble: { size: 0 }`;
  const promotion = "gates: [{ kind: beats_baseline }]\npromotion: { mode: shadow, early: false }";
  return home.put(
    RECIPE,
    `data: { source: data/rows.csv, target: y }\nbudget: { trials: 1 }\nsearch: { ${search} }\n${promotion}\n`,
  );
}

async function run(home: TemporaryHome, data: string): Promise<readonly Entry[]> {
  await home.put("recipes/data/rows.csv", data);
  const { status, err } = await sous(["run", RECIPE, "--once"], home.folder);
  if (status === null || status === 1) throw new Error(err);
  const lines = (await home.read("ledger/entries.jsonl")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Entry);
}

const told = (entry: Entry | undefined) =>
  entry?.kind === "decision"
    ? entry.decision
    : entry?.kind === "duel"
      ? `${entry.purpose} ${entry.outcome}`
      : entry?.kind;

let home: TemporaryHome;
let entries: readonly Entry[];

beforeAll(async () => {
  home = await TemporaryHome.make();
  await recipe(home, "linear");
  await run(home, rows(1200, 0));
  await recipe(home, "gbdt");
  entries = await run(home, rows(1200, 0));
}, 120_000);

afterAll(() => home.remove());

it("the first champion needs no shadow, and a better one runs in it until rows that come later have shown it", async () => {
  expect(entries.map(told)).toEqual(["PROMOTED", "PENDING"]);
  const little = await run(home, rows(1210, 0));
  expect(little.slice(2).map(told)).toEqual(["shadow open"]);
  expect(little[2]).toMatchObject({ arrived: 10, progress: { rows: 10, loss: "pairs" } });
  const { out } = await sous(["status"], home.folder);
  expect(out).toMatch(/first: shadow of log entry 2: On 10 rows that came later .* 1\/alpha = 20 decides\./);
  entries = await run(home, rows(1700, 0));
  expect(entries.slice(3, 5).map(told)).toEqual(["shadow b", "PROMOTED"]);
  expect(entries[3]).toMatchObject({ arrived: 490, progress: { rows: 500 } });
  expect(entries[4]).toMatchObject({ answers: 2, version: { number: 2, from: 1 }, actor: { kind: "auto" } });
});

it("a champion that gets worse than the one before is taken back by itself", async () => {
  const before = entries.length;
  entries = await run(home, rows(1700, 500));
  const own = entries.slice(before).filter((entry) => entry.kind !== "duel" || entry.purpose === "probation");
  expect(own.slice(0, 2).map(told)).toEqual(["probation a", "rollback"]);
  expect(own[1]).toMatchObject({
    from: 2,
    to: 1,
    actor: { kind: "auto", name: "sous" },
    model: own[0] && "a" in own[0] ? own[0].a : "",
  });
}, 120_000);

it("sous verify takes no line for founded that nothing decided, whoever signed it", async () => {
  const { parts, close } = await openRecord(homeAt(home.folder), () => {});
  const back = parts.ledger.entries.find((entry) => entry.kind === "rollback");
  const { seq: _seq, time: _time, previous: _previous, digest: _digest, ...body } = back as Entry & RollbackBody;
  const { seq } = await parts.ledger.append(body);
  await close();
  const { problem } = await verifyHome(homeAt(home.folder));
  expect(problem).toMatchObject({ code: "LEDGER_UNFOUNDED", details: { seq, entry: "rollback" } });
});
