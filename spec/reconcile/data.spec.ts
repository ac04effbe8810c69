/** When the data of a recipe are read again, with a real store, real artifacts and a real evaluator. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { parseRecipe } from "../../core/recipe/parse.js";
import { currentSnapshot, dataFiles } from "../../core/reconcile/data.js";
import { openStore } from "../../core/store/store.js";
import { evaluatorIn, LIMITS } from "../support/evaluator.js";
import { inFolder } from "../support/folder.js";

const csv = (sexes: readonly string[]) =>
  [
    "x,sex,y",
    ...Array.from({ length: 200 }, (_, x) => `${x}.5,${sexes[x % 2]},${x % 3 === 0 ? "yes" : "no"}`),
    "",
  ].join("\n");

test("columns that gates name are read when they are first named, and again when they are lost or others", () =>
  inFolder(async (folder) => {
    const store = await openStore(join(folder, "store.sqlite"));
    const artifacts = new Artifacts(join(folder, "artifacts"));
    const evaluator = evaluatorIn(folder);
    const described = await evaluator.run({ kind: "describe" }, LIMITS);
    if (described.status !== "done") throw new Error(described.status);
    const descriptors = described.outcome;
    let readings = 0;
    const emit = () => {
      readings++;
    };
    const parts = { store, artifacts, evaluator, roots: [], descriptors, emit };
    const path = join(folder, "own.recipe.yaml");
    const taken = async (gates: string) => {
      const text = `data: { source: rows.csv, target: y, ignore: [sex] }\n${gates}`;
      const read = parseRecipe(text, { descriptors, roots: [], path });
      const summary = await currentSnapshot(parts, read, await dataFiles(read), new AbortController().signal);
      return { digest: summary?.digest, context: summary?.context, readings };
    };
    const bySex = "gates: [{ kind: slices, by: [sex], margin: 0.1 }]\n";

    await writeFile(join(folder, "rows.csv"), csv(["f", "m"]));
    const without = await taken("");
    const first = await taken(bySex);
    expect(without).toMatchObject({ context: undefined, readings: 1 });
    expect(first).toEqual({ digest: without.digest, context: expect.stringMatching(/^[0-9a-f]{64}$/), readings: 2 });
    expect(await taken(bySex)).toEqual(first);

    await rm(artifacts.pathOf(first.context ?? ""));
    expect(await taken(bySex)).toEqual({ ...first, readings: 3 });
    expect(await taken("")).toEqual({ ...without, readings: 3 });

    await writeFile(join(folder, "rows.csv"), csv(["x", "m"]));
    const other = await taken(bySex);
    expect(other.context).not.toBe(first.context);
    await evaluator.close();
    await store.close();
  }));
