/** An ensemble from recipe to champion, and made again when it is judged anew. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createRng } from "hyperparameter-js";
import { decodeMetadata } from "onnx-train";
import { type Ended, sous, TemporaryHome } from "../support/sous.js";

const RECIPE = `data: { source: data/views.csv, target: answer, positive: "yes", key: id }
metric: roc_auc
search: { learners: [views], sampler: random, pruner: nop }
budget: { trials: 10 }
`;

let home: TemporaryHome;

beforeAll(async () => {
  home = await TemporaryHome.make();
  const rng = createRng(3, "rows");
  const rows = Array.from({ length: 1500 }, (_, row) => {
    const z = rng.normal();
    return [row, ...[1, 2, 3, 4].map(() => (z + 1.2 * rng.normal()).toFixed(3)), z > 0 ? "yes" : "no"].join();
  });
  await home.put("recipes/data/views.csv", ["id,a,b,c,d,answer", ...rows, ""].join("\n"));
  const plugin = join(import.meta.dirname, "../fixtures/plugins/views/views.js");
  await home.put("plugins/views.js", await readFile(plugin, "utf8"));
});

afterAll(() => home.remove());

const run = (): Promise<Ended> => sous(["run", "recipes/views.recipe.yaml", "--once"], home.folder);

it("is planned, told, promoted and served as one file; judged anew it is made again, bit for bit", async () => {
  await home.put("recipes/views.recipe.yaml", RECIPE);
  const planned = await sous(["plan", "recipes/views.recipe.yaml"], home.folder);
  expect(planned.out).toMatch(/then an ensemble of at most 16 of their models/);
  const first = await run();
  expect(first).toMatchObject({ status: 0 });
  expect(first.out).toMatch(/views: \d trials together are better than the best one: roc_auc by 0\.\d+/);
  expect(first.out).toMatch(/finalist: trial 10 \(ensemble\); 10 complete/);
  const champion = await readFile(join(home.folder, "models/views/champion.onnx"));
  expect(decodeMetadata(champion)["sous.learner"]).toBe("ensemble");

  await rm(join(home.folder, ".sous/artifacts/blobs"), { recursive: true });
  await home.put("recipes/views.recipe.yaml", `${RECIPE}gates: [min_effect]\n`);
  const second = await run();
  expect(second.out).toMatch(/the finalist is the champion itself, bit for bit/);
  expect(second.err).toBe("");
});
