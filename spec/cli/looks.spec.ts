/** Commands that change nothing, on one home that has been worked in. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rowsCsv, sous, TemporaryHome } from "../support/sous.js";

let home: TemporaryHome;

beforeAll(async () => {
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", rowsCsv(400));
  await home.putRecipe("first");
  await home.put(
    "recipes/other.recipe.json",
    '{"data": {"source": "data/rows.csv", "target": "y"}, "budget": {"trials": 1}}',
  );
  await sous(["run", "recipes/first.recipe.yaml", "--once"], home.folder);
});

afterAll(() => home.remove());

const run = (...args: string[]) => sous(args, home.folder);

describe("sous plan", () => {
  it("shows recipe, columns with reasons, sides, smallest effect and cost, and leaves nothing behind", async () => {
    const files = async () => {
      const names = await readdir(home.folder, { recursive: true });
      return names.filter((name) => !/sqlite-(shm|wal)$/.test(name)); // SQLite's own, made by whoever reads
    };
    const before = await files();
    const { status, out } = await run("plan", "recipes/first.recipe.yaml");
    expect(status).toBe(0);
    expect(out).toMatch(/fractions:.*train: 0\.6/);
    expect(out).toMatch(/color +categorical/);
    expect(out).toMatch(/confirm +\d+ +no \d+\.\d %, yes \d+\.\d %/);
    expect(out).toMatch(/smallest effect that \d+ rows can resolve with 80 % power: 0\.\d+/);
    expect(out).toMatch(/champion: version 1/);
    expect(out).toMatch(
      /look 2 at this confirm set, against the champion; it may risk alpha 0\.00820 of 0\.05, and 0\.0105 is left for later ones/,
    );
    expect(out).toMatch(/4 trials over \d+ parameters/);
    expect(out).toMatch(/about \S+ by the last study, whose trials took [\d.]+ s each/);
    expect(await files()).toEqual(before);
  });

  it("plans where nothing has run yet", async () => {
    const fresh = await TemporaryHome.make();
    await fresh.put("recipes/data/rows.csv", rowsCsv(200));
    await fresh.putRecipe("first");
    const { status, out } = await sous(["plan", "recipes/first.recipe.yaml"], fresh.folder);
    expect(status).toBe(0);
    expect(out).toContain("no champion yet");
    await fresh.remove();
  });
});

describe("sous validate", () => {
  it("says of each file whether it is valid, and exits 2 when one is not", async () => {
    await home.put("bad/third.recipe.yaml", "data: { source: rows.csv }\n");
    const good = await run("validate", "recipes/first.recipe.yaml", "recipes/other.recipe.json");
    expect(good).toMatchObject({ status: 0, err: "" });
    expect(good.out).toMatch(/first\.recipe\.yaml: valid/);
    const mixed = await run("validate", "recipes/first.recipe.yaml", "bad/third.recipe.yaml");
    expect(mixed.status).toBe(2);
    expect(mixed.err).toContain("RECIPE_MISSING_KEY");
  });

  it("prints what the README shows", async () => {
    await home.put("recipes/bad.recipe.yaml", "data:\n  source: data/churn.csv\n  targte: churn\n");
    const { err } = await run("validate", "recipes/bad.recipe.yaml");
    expect(await readFile(join(import.meta.dirname, "../../README.md"), "utf8")).toContain(err.trim());
    await rm(join(home.folder, "recipes/bad.recipe.yaml"));
  });
});

describe("sous log", () => {
  it("prints the decision with score, interval and gates for people", async () => {
    const { status, out } = await run("log");
    expect(status).toBe(0);
    expect(out).toMatch(/#1 .* first +PROMOTED +version 1/);
    expect(out).toMatch(/roc_auc 0\.\d+ \[0\.\d+, \d\.?\d*\]/);
    expect(out).toContain("beats_baseline PASS");
  });

  it("prints the very lines of the log as JSON", async () => {
    const { out } = await run("log", "--json", "--recipe", "first");
    expect(out).toBe(await home.read("ledger/entries.jsonl"));
  });

  it("ends quietly when whoever reads along has gone", async () => {
    const line = await home.read("ledger/entries.jsonl");
    const log = `'${process.execPath}' dist/core/cli/sous.js log -C '${home.folder}' --json`;
    const shell = spawn("bash", ["-c", `set -o pipefail; ${log} | true; echo $?`], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    shell.stdout.on("data", (chunk) => {
      out += chunk;
    });
    shell.stderr.on("data", (chunk) => {
      err += chunk;
    });
    await once(shell, "close");
    expect({ out, err, line: line.length > 0 }).toEqual({ out: "0\n", err: "", line: true });
  });

  it("names a recipe that may have been meant", async () => {
    const { status, err } = await run("log", "--recipe", "frist");
    expect(status).toBe(2);
    expect(err).toContain("Did you mean first?");
  });
});

describe("sous status", () => {
  it("shows what serves, with its confirm score", async () => {
    const { out } = await run("status");
    expect(out).toContain("no daemon is running here");
    expect(out).toMatch(/first +settled +v1 +roc_auc 0\.\d{4} \[/);
    expect(out).toMatch(/next alpha +resolves/);
    expect(out).toMatch(/PROMOTED .* 0\.0082 \(0\.011 left\) +0\.\d+/);
  });

  it("finds the home from a folder in it", async () => {
    const { out } = await sous(["status", "--json", "-C", "recipes"], home.folder);
    expect(JSON.parse(out)).toMatchObject({
      entries: 1,
      recipes: [{ recipe: "first", alpha: expect.closeTo(0.0082029, 7), exhausted: false }],
    });
  });
});

describe("sous verify", () => {
  it("says that the log holds, and names the entry when it was changed", async () => {
    expect((await run("verify")).out).toMatch(
      /the log holds: 1 entry.*\nsigned up to entry 1\nthe models hold: 1 version/,
    );
    const other = await TemporaryHome.make();
    const line = await home.read("ledger/entries.jsonl");
    await other.put("ledger/entries.jsonl", line.replace("PROMOTED", "REJECTED"));
    expect((await sous(["keys"], other.folder)).err).toContain("LEDGER_UNSIGNED");
    const { status, err } = await sous(["verify"], other.folder);
    expect(status).toBe(2);
    expect(err).toMatch(/LEDGER_DAMAGED .*1/);
    await other.remove();
  });
});

describe("sous verify on models", () => {
  it("names the file that was changed, and the next start puts it back", async () => {
    const path = "models/first/versions/000001/model.sig";
    const text = await home.read(path);
    await home.put(path, text.replace('"hint":"', '"hint":"x'));
    const { status, out } = await run("verify", "--json");
    expect(status).toBe(2);
    expect(JSON.parse(out).problem).toMatchObject({ code: "VERSION_FILE_WRONG" });
    expect(JSON.parse(out).problem.message).toContain(path);
    await home.put(path, text);
    expect((await run("verify")).status).toBe(0);
  });
});

describe("sous witness and sous keys", () => {
  it("cosign the log elsewhere, and find it cut", async () => {
    const other = await home.copied();
    const go = (...args: string[]) => sous(args, other.folder);
    const key = (await go("keys")).out.trim();
    expect(key).toMatch(/^sous\.local\/[0-9a-f]{16}\+[0-9a-f]{8}\+A[\w+/]{43}=*$/);
    expect((await go("witness", "elsewhere")).out).toMatch(
      /^seen: 1 entry, of which 1 new\ncosigned by sous.local\/witness\//,
    );
    expect((await go("keys", "rotate")).out).toMatch(/^entry 2 hands the log on to sous\.local/);
    expect((await go("keys")).out.trim()).not.toBe(key);
    await other.put("first.pub", `${key}\n`);
    expect((await go("verify", "--key", "first.pub")).out).toContain("signed up to entry 2");
    await other.put("first.pub", key.replace(/\+.*/, "+01234567+AAAA"));
    expect((await go("verify", "--key", "first.pub")).err).toContain("KEY_INVALID");
    expect((await go("witness", "elsewhere")).out).toMatch(/^seen: 2 entries, of which 1 new/);
    expect(await go("verify", "--witness", "elsewhere")).toMatchObject({ status: 0, err: "" });
    expect(await go("verify", "--witness", "elsewhere/checkpoint")).toMatchObject({ status: 0, err: "" });
    await rm(join(other.folder, "ledger/entries.jsonl"));
    for (const args of [
      ["verify", "--witness", "elsewhere"],
      ["witness", "elsewhere"],
    ]) {
      expect(await go(...args)).toMatchObject({ status: 2, err: expect.stringContaining("LEDGER_CUT") });
    }
    expect((await go("verify", "--witness", "nowhere")).err).toContain("CLI_NO_SUCH_FILE");
    await other.remove();
  });
});

describe("sous schema", () => {
  it("prints a JSON Schema that names the learners, gates and metrics there are", async () => {
    const { out } = await run("schema");
    const schema = JSON.parse(out);
    expect(schema.required).toEqual(["data"]);
    for (const name of ["linear", "min_effect", "roc_auc", "tpe"]) expect(out).toContain(`"${name}"`);
  });
});

describe("sous init", () => {
  it("writes a recipe that validates, for the last column unless another is named, and never over another file", async () => {
    await writeFile(join(home.folder, "My Table.csv"), rowsCsv(50));
    const { out } = await run("init", "My Table.csv");
    expect(out).toContain("predicts y");
    expect(out).toContain("keep a copy of them in a safe place");
    expect(await run("validate", "my-table.recipe.yaml")).toMatchObject({ status: 0 });
    const again = await run("init", "My Table.csv", "--target", "b");
    expect(again.status).toBe(2);
    expect(again.err).toContain("CLI_FILE_EXISTS");
    expect(await readFile(join(home.folder, "my-table.recipe.yaml"), "utf8")).toContain('target: "y"');
  });
});

describe("sous", () => {
  it("suggests the command that a misspelt one stands for, and exits 2", async () => {
    const { status, err } = await run("pln");
    expect(status).toBe(2);
    expect(err).toContain("plan");
  });

  it("prints its version", async () => {
    expect((await run("--version")).out).toBe("0.1.0\n");
  });
});
