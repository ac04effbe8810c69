/** `sous leaderboard` and `sous explain`, on a home that has been worked in. */
import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { RunningDaemon, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

const CARD = "models/first/versions/000001/README.md";

let home: TemporaryHome;

beforeAll(async () => {
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", rowsCsv(400));
  await home.putRecipe(
    "first",
    "budget: { trials: 12 }\nsearch: { learners: [linear], cross_validation: { folds: 2 }, ensemble: { size: 0 } }\nsecondary_metrics: [log_loss]\ndescription: Made up.\npromotion: { early: false }",
  );
  await sous(["run", "recipes/first.recipe.yaml", "--once"], home.folder);
});

afterAll(() => home.remove());

const run = (...args: string[]) => sous(args, home.folder);

const json = async (...args: string[]) => JSON.parse((await run(...args, "--json")).out);

describe("sous leaderboard", () => {
  it("shows the head of the newest study: score with interval, secondary metrics, costs, champion and finalist", async () => {
    const { status, out } = await run("leaderboard", "recipes/first.recipe.yaml");
    expect(status).toBe(0);
    expect(out).toMatch(/first: study 1 of 1, ended by its budget of trials; 12 trials, of which \d+ complete/);
    expect(out).toContain("higher is better; champion: version 1");
    expect(out).toMatch(
      /rank +trial +learner +roc_auc +by folds +log_loss +fit s +µs\/row@1 +µs\/row@1000 +KiB +status/,
    );
    expect(out).toMatch(/\n1 +\d+ +linear +0\.\d{4} \[0\.\d{4}, [01]\.\d{4}\] +0\.\d{4} .* champion, finalist\n/);
    expect(out).toContain("… and 2 more: --all shows them");
  });

  it("shows every trial when asked, also by the recipe's name, and everything as JSON", async () => {
    const { out } = await run("leaderboard", "first", "--all");
    expect(out).not.toContain("more: --all");
    const board = await json("leaderboard", "first");
    expect(board).toMatchObject({ recipe: "first", champion: 1, study: { metric: "roc_auc", state: "done" } });
    expect(board.trials).toHaveLength(12);
    const [best] = board.trials;
    expect(best).toMatchObject({
      rank: 1,
      champion: true,
      parity: { labelAgreement: 1 },
      params: { penalty: expect.any(String) },
    });
    expect(best.interval.low).toBeLessThan(best.score);
    expect(best.interval.high).toBeGreaterThan(best.score);
    for (const key of ["fitSeconds", "seconds", "oneRow", "thousandRows", "bytes", "work"])
      expect(best[key]).toBeGreaterThan(0);
    expect(board.trials.every(({ seconds }: { seconds: number }) => seconds > 0)).toBe(true);
  });

  it("reads earlier studies by their number, and says that the champion is of another one", async () => {
    await home.putRecipe("twice", "budget: { trials: 2 }");
    await run("run", "recipes/twice.recipe.yaml", "--once");
    await home.putRecipe("twice", "budget: { trials: 1 }");
    await run("run", "recipes/twice.recipe.yaml", "--once");
    expect((await json("leaderboard", "twice")).trials).toHaveLength(1);
    expect((await json("leaderboard", "twice", "--study", "2")).trials).toHaveLength(2);
    const { status, err } = await run("leaderboard", "twice", "--study", "3");
    expect([status, err]).toEqual([2, expect.stringContaining("from 1, the newest, to 2")]);
  });

  it("names the recipe that may have been meant, and says where no study has begun", async () => {
    const misspelt = await run("leaderboard", "frist");
    expect([misspelt.status, misspelt.err]).toEqual([2, expect.stringContaining("Did you mean first?")]);
    await home.putRecipe("fresh");
    const fresh = await run("leaderboard", "recipes/fresh.recipe.yaml");
    expect([fresh.status, fresh.err]).toEqual([2, expect.stringContaining("CLI_NO_STUDY")]);
    const empty = await sous(["leaderboard", "any"], join(home.folder, "recipes", "data"));
    expect(empty.err).toContain("CLI_NO_SUCH_RECIPE");
  });

  it("works while a study runs", async () => {
    const other = await TemporaryHome.make();
    await other.put("recipes/data/rows.csv", rowsCsv(400));
    await other.putRecipe("long", "budget: { trials: 1000 }");
    const daemon = new RunningDaemon(other.folder);
    await daemon.event((event) => event.kind === "trial");
    const { out } = await sous(["leaderboard", "long"], other.folder);
    expect(out).toContain("not done yet");
    expect(out).toMatch(/\n1 +\d+ +linear/);
    await daemon.end();
    await other.remove();
  });
});

describe("a model card", () => {
  it("is there for each version, with what the record says", async () => {
    const card = await home.read(CARD);
    const [, head = "", body = ""] = card.split("---\n");
    const [entry] = await home.entries();
    const { point } =
      entry?.kind === "decision" ? (entry.evidence.candidate.scores.roc_auc ?? { point: 0 }) : { point: 0 };
    expect(parse(head)["model-index"][0].results[0].metrics).toContainEqual({ type: "roc_auc", value: point });
    expect(body).toContain("# first, version 1\n\nMade up.");
    expect(body).toMatch(/\| roc_auc \| 0\.\d+ \[0\.\d+, [\d.]+\] \| 0\.5 \[0\.5, 0\.5\] \| – \|/);
    expect(body).toContain("| beats_baseline | PASS |");
    expect(body).toMatch(/\| `color` \| categorical \| 0 \| 3 \| yes \|/);
    expect(body).toContain("Not measured yet: `sous explain first`");
  });

  it("has a snippet for Node that runs beside the model", async () => {
    const card = await home.read(CARD);
    const snippet = /```js\n([\s\S]*?)```/.exec(card)?.[1] ?? "";
    const folder = join(home.folder, "models/first/versions/000001");
    const code = snippet.replace('"model.onnx"', JSON.stringify(join(folder, "model.onnx")));
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
    expect(stdout).toMatch(/^label \[ '(yes|no)' \]\nprobabilities Float32Array\(2\) \[/);
  });
});

describe("sous explain", () => {
  it("shows what the champion owes to each column, keeps it, and adds it to the card", async () => {
    const { status, out } = await run("explain", "recipes/first.recipe.yaml");
    expect(status).toBe(0);
    expect(out).toMatch(/version 1: roc_auc 0\.\d{4} on \d+ rows of the select side/);
    const names = out.split("\n").flatMap((line) => /^(\w+) +-?0\.\d{4} +± /.exec(line)?.[1] ?? []);
    expect(names[0]).toBe("a"); // the target follows from it, by the table's making
    expect(names.slice(0, 2)).toContain("color");
    expect(await home.read(CARD)).toMatch(/\| `a` \| 0\.\d+ \| 0\.\d+ \|/);
    await rm(join(home.folder, ".sous/artifacts/snapshots"), { recursive: true }); // what was found needs no data
    expect((await run("explain", "first")).out).toBe(out);
    expect((await run("explain", "first", "--of", "v1")).out).toBe(out);
  });

  it("says so where the data are gone, and goes on once they were taken again", async () => {
    const board = await json("leaderboard", "first");
    const last = board.trials.filter(({ rank }: { rank: number | null }) => rank !== null).at(-1);
    const gone = await run("explain", "first", "--of", `${last.trial}`);
    expect([gone.status, gone.err]).toEqual([2, expect.stringContaining("CLI_DATA_FORGOTTEN")]);
    await run("run", "recipes/first.recipe.yaml", "--once");
    const found = await json("explain", "first", "--of", `${last.trial}`);
    expect(found).toMatchObject({ kind: "importance", model: last.model, metric: "roc_auc", repeats: 5 });
    expect(found.score).toBeGreaterThan(0.9); // not the score it was chosen by: it has learned from these rows
  });

  it("refuses what can't be explained", async () => {
    for (const model of ["v7", "999"]) {
      expect((await run("explain", "first", "--of", model)).err).toContain(`first has no model ${model}`);
    }
    await writeFile(join(home.folder, "notes.txt"), "");
    expect((await run("explain", "notes.txt")).err).toContain("CLI_NOT_A_RECIPE");
  });
});
