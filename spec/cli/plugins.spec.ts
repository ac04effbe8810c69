/** Plugins written outside the tree, from a person's own folder and from a package, through the whole loop. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { rowsCsv, sous, TemporaryHome } from "../support/sous.js";

const FIXTURES = join(import.meta.dirname, "../fixtures/plugins");

let home: TemporaryHome;

beforeEach(async () => {
  home = await TemporaryHome.make();
  await cp(join(FIXTURES, "outside/plugins"), join(home.folder, "plugins"), { recursive: true });
  await cp(join(FIXTURES, "outside/packages"), join(home.folder, "node_modules"), { recursive: true });
});

afterEach(() => home.remove());

/** The rows of a CSV text in columns of twelve characters. */
function fixedWidth(csv: string): string {
  const pad = (line: string) =>
    line
      .split(",")
      .map((cell) => cell.padEnd(12))
      .join("")
      .trimEnd();
  return csv.split("\n").map(pad).join("\n");
}

const recipe = (max: number) => `
data: { source: data/rows.fwf, target: y }
secondary_metrics: [lift]
search: { learners: [nearest_mean], ensemble: { size: 0 } }
budget: { trials: 3 }
gates: [beats_baseline, { kind: max_bytes, max: ${max} }]
`;

describe("plugins from outside", () => {
  it("promotes the model of a stranger's learner, read by his source, judged by his gate and metric", async () => {
    await home.put("recipes/data/rows.fwf", fixedWidth(rowsCsv(400)));
    await home.put("recipes/first.recipe.yaml", recipe(1_000_000));
    const { status, err } = await sous(["run", "recipes/first.recipe.yaml", "--once"], home.folder);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const [entry] = await home.entries();
    expect(entry).toMatchObject({
      decision: "PROMOTED",
      search: { finalist: { learner: "nearest_mean" } },
      evidence: { candidate: { scores: { lift: { point: expect.any(Number) } } } },
    });
    const plugins = entry?.kind === "decision" ? entry.code.plugins : {};
    expect(plugins["lift@2.1.0"]).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(plugins)).toEqual(expect.arrayContaining([expect.stringMatching(/^nearest-mean@/)]));
  });

  it("refuses the model when the stranger's gate does", async () => {
    await home.put("recipes/data/rows.fwf", fixedWidth(rowsCsv(400)));
    await home.put("recipes/first.recipe.yaml", recipe(10));
    const { status } = await sous(["run", "recipes/first.recipe.yaml", "--once"], home.folder);
    expect(status).toBe(3);
    expect(await home.entries()).toMatchObject([
      { decision: "REJECTED", reason: expect.stringContaining("max_bytes") },
    ]);
  });

  it("takes options of a stranger's gate into the recipe's schema: a wrong one has its line and column", async () => {
    await home.put("recipes/data/rows.fwf", fixedWidth(rowsCsv(50)));
    await home.put("recipes/first.recipe.yaml", recipe(10).replace("max: 10", 'max: "a lot"'));
    const { status, err } = await sous(["validate", "recipes/first.recipe.yaml"], home.folder);
    expect(status).toBe(2);
    expect(err).toMatch(/first\.recipe\.yaml:6:\d+ RECIPE_/);
  });

  it("names a broken plugin with its path and the reason, and goes on with the others", async () => {
    await cp(join(FIXTURES, "broken/throws-at-import.js"), join(home.folder, "plugins/throws-at-import.js"));
    await home.put("recipes/data/rows.fwf", fixedWidth(rowsCsv(400)));
    await home.put("recipes/first.recipe.yaml", recipe(1_000_000));
    const { status, err } = await sous(["run", "recipes/first.recipe.yaml", "--once"], home.folder);
    expect(err).toContain("throws-at-import.js");
    expect(err).toContain("PLUGIN_");
    expect(status).toBe(0);
  });

  it("finds the plugin that ends the process when it is imported, and goes on without it", async () => {
    await home.put("plugins/fatal.js", "process.kill(process.pid, 'SIGKILL');\nexport default null;\n");
    await home.put("recipes/data/rows.fwf", fixedWidth(rowsCsv(400)));
    await home.put("recipes/first.recipe.yaml", recipe(1_000_000));
    const { status, err } = await sous(["run", "recipes/first.recipe.yaml", "--once"], home.folder);
    expect(err).toMatch(/plugin .*fatal\.js: PLUGIN_FATAL/);
    expect(status).toBe(0);
  });
});
