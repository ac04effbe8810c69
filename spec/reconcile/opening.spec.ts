/** What a study opens with, from a real store. */
import { join } from "node:path";
import { parseRecipe } from "../../core/recipe/parse.js";
import { studyOpening } from "../../core/reconcile/opening.js";
import { openStore, type Store } from "../../core/store/store.js";
import { STUDY, snapshot, trial } from "../store/examples.js";
import { DESCRIPTORS } from "../support/descriptors.js";
import { inFolder } from "../support/folder.js";

const SPACE = {
  learner: { type: "categorical", choices: ["linear"] },
  "linear.l2": { type: "float", low: 1e-6, high: 10, when: { learner: "linear" } },
} as const;

const params = (l2: number) => ({ learner: "linear", "linear.l2": l2 });

function opening(store: Store | null, search = "{}") {
  const text = `data: { source: rows.csv, target: y }\nsearch: ${search}\n`;
  const { recipe } = parseRecipe(text, { descriptors: DESCRIPTORS, roots: [], path: "/home/new.recipe.yaml" });
  const portfolio = { binary: [{ learner: "linear", params: { l2: 1 } }], multiclass: [], regression: [] };
  const descriptors = { ...DESCRIPTORS, defaults: { ...DESCRIPTORS.defaults, portfolio } };
  const { summary } = snapshot(STUDY.snapshot);
  return studyOpening(store, { recipe, path: "new.recipe.yaml", summary, space: SPACE, descriptors });
}

async function done(store: Store, name: string, l2: number): Promise<void> {
  await store.putSnapshot(snapshot(STUDY.snapshot, { name }));
  const { id } = await store.createStudy({ ...STUDY, name });
  await store.trialStorage(id).put(trial(0, { params: params(l2) }));
  await store.closeStudy(id, { ended: "trials", finalist: 0 });
}

describe("a new study's opening", () => {
  it("is the portfolio where nothing has been learned, and nothing where the recipe wants none", async () => {
    expect(await opening(null)).toEqual([{ params: params(1), from: "portfolio 1" }]);
    expect(await opening(null, "{ opening: 0 }")).toEqual([]);
  });

  it("has the recipe's own winners first, and others' of studies that were done when the recipe came", () =>
    inFolder(async (folder) => {
      const store = await openStore(join(folder, "store.sqlite"));
      await done(store, "before", 2);
      await store.arrive(["new.recipe.yaml"]);
      await done(store, "after", 3);
      await done(store, "new", 4);
      expect((await opening(store)).map(({ from }) => from)).toEqual([
        "new, trial 0",
        "portfolio 1",
        "before, trial 0",
      ]);
      await store.close();
    }));
});
