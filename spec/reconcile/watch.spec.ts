import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RecipeWatch } from "../../core/reconcile/watch.js";

let home: string;
let watch: RecipeWatch;
let names: string[];
let others: number;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sous-watch-"));
  await mkdir(join(home, "recipes", "team"), { recursive: true });
  await mkdir(join(home, "recipes", "models"));
  names = [];
  others = 0;
  watch = new RecipeWatch({
    home,
    folders: [join(home, "recipes")],
    ignore: [join(home, "recipes", "models")],
    onName: (name) => names.push(name),
    onOther: () => {
      others += 1;
    },
    onError: (error) => {
      throw error;
    },
  });
});

afterEach(async () => {
  await watch.close();
  await rm(home, { recursive: true, force: true });
});

/** Waits until the condition holds; the test's own time limit ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const put = (path: string, text = "x") => writeFile(join(home, "recipes", path), text);

describe("RecipeWatch", () => {
  it("scans all recipe files below the folder and nothing else", async () => {
    await put("a.recipe.yaml");
    await put("team/b.recipe.yml");
    await put("c.recipe.json");
    for (const other of ["d.yaml", ".e.recipe.yaml", "f.recipe.yaml~", "g.recipe.yaml.tmp", "models/h.recipe.yaml"]) {
      await put(other);
    }
    expect(await watch.scan()).toEqual(["recipes/a.recipe.yaml", "recipes/c.recipe.json", "recipes/team/b.recipe.yml"]);
  });

  it("scans a folder that is not there as empty", async () => {
    await rm(join(home, "recipes"), { recursive: true });
    expect(await watch.scan()).toEqual([]);
  });

  it("names a file that is added, changed and deleted", async () => {
    await watch.start();
    await put("a.recipe.yaml");
    await until(() => names.length >= 1);
    await appendFile(join(home, "recipes", "a.recipe.yaml"), "more");
    await until(() => names.length >= 2);
    await rm(join(home, "recipes", "a.recipe.yaml"));
    await until(() => names.length >= 3);
    expect(new Set(names)).toEqual(new Set(["recipes/a.recipe.yaml"]));
  });

  it("names the file that an editor's temporary one becomes, and never the temporary one", async () => {
    await watch.start();
    await put(".a.recipe.yaml.swp", "half");
    await put("a.recipe.yaml.tmp", "whole");
    await rename(join(home, "recipes", "a.recipe.yaml.tmp"), join(home, "recipes", "a.recipe.yaml"));
    await until(() => names.length >= 1);
    expect(new Set(names)).toEqual(new Set(["recipes/a.recipe.yaml"]));
  });

  it("names both sides of a rename", async () => {
    await put("a.recipe.yaml");
    await watch.start();
    await rename(join(home, "recipes", "a.recipe.yaml"), join(home, "recipes", "b.recipe.yaml"));
    await until(() => new Set(names).size >= 2);
    expect([...new Set(names)].sort()).toEqual(["recipes/a.recipe.yaml", "recipes/b.recipe.yaml"]);
  });

  it("tells of other files without naming them, since data may lie there", async () => {
    await watch.start();
    await put("rows.csv", "a,b\n1,2\n");
    await until(() => others >= 1);
    expect(names).toEqual([]);
  });
});
