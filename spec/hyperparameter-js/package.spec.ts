/** What a stranger gets: the packed library, in Node by import and by require, and where there is no Node at all. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createContext, SourceTextModule } from "node:vm";
import { inFolder } from "../support/folder.js";

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL("../../core/hyperparameter-js", import.meta.url));
const DIST = join(PACKAGE, "dist");
const IMPORT =
  /^(?:(?:import|export)\b[^;"'()]*\bfrom|import)\s*["'](?<name>[^"']+)["']|\bimport\(\s*["'](?<later>[^"']+)["']/gm;

/** Everything that a built file reaches, as [the file, what it imports]. */
async function importsFrom(entry: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  const visit = async (path: string): Promise<void> => {
    if (found.has(path)) return;
    const names = [...(await readFile(path, "utf8")).matchAll(IMPORT)].map(
      ({ groups }) => groups?.name ?? groups?.later ?? "",
    );
    found.set(path, names);
    for (const name of names) if (name.startsWith(".")) await visit(resolve(dirname(path), name));
  };
  await visit(entry);
  return found;
}

/** Loads a built file and what it imports into a context that has nothing but the language. */
async function loadBare(entry: string): Promise<SourceTextModule> {
  const context = createContext({});
  const modules = new Map<string, SourceTextModule>();
  const load = async (path: string): Promise<SourceTextModule> => {
    const code = await readFile(path, "utf8");
    const module = modules.get(path) ?? new SourceTextModule(code, { context, identifier: path });
    modules.set(path, module);
    return module;
  };
  const module = await load(entry);
  await module.link((name, from) => load(resolve(dirname(from.identifier), name)));
  await module.evaluate();
  return module;
}

const USE = `createStudy({ space: { x: { type: "float", low: 0, high: 1 } } })
  .then((study) => study.optimize(({ params }) => (params.x - 0.3) ** 2, { nTrials: 14 }).then(() => study.bestValue < 1e-3))`;

describe("the package", () => {
  it("reaches nothing of Node's from its door, and no package", async () => {
    const graph = await importsFrom(join(DIST, "index.js"));
    expect(graph.size).toBeGreaterThan(100);
    const strange = [...graph].flatMap(([path, names]) =>
      names.filter((name) => !name.startsWith(".")).map((name) => `${relative(DIST, path)}: ${name}`),
    );
    expect(strange).toEqual([]);
    const file = await importsFrom(join(DIST, "storage/file.js"));
    const others = [...file.values()].flat().filter((name) => !name.startsWith("."));
    expect(others.every((name) => name.startsWith("node:"))).toBe(true);
  });

  it("runs where there is nothing but the language: no process, no timers, no console", async () => {
    const { namespace } = await loadBare(join(DIST, "index.js"));
    const { createStudy } = namespace as typeof import("hyperparameter-js");
    const study = await createStudy({ space: { x: { type: "float", low: 0, high: 1 } } });
    await study.optimize(({ params }) => (params.x - 0.3) ** 2, { nTrials: 14 });
    expect(study.bestValue).toBeLessThan(1e-3);
  });

  it("packed, can be imported and required with both of its doors, and has types, README and licence", () =>
    inFolder(async (folder) => {
      const home = join(folder, "node_modules/hyperparameter-js");
      await mkdir(home, { recursive: true });
      const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
        cwd: PACKAGE,
      });
      const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
      const paths = files.map(({ path }) => path);
      for (const path of ["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts", "dist/storage/file.d.ts"])
        expect(paths).toContain(path);
      expect(paths.filter((path) => /^(src|spec)\/|\.map$/.test(path))).toEqual([]);
      await run("tar", ["-xzf", join(folder, filename), "-C", home, "--strip-components=1"]);
      const scripts = {
        "use.mjs": `import { createStudy } from "hyperparameter-js"; import { fileStorage } from "hyperparameter-js/file";
          console.log(await ${USE}, typeof fileStorage);`,
        "use.cjs": `const { createStudy } = require("hyperparameter-js"); const { fileStorage } = require("hyperparameter-js/file");
          ${USE}.then((good) => console.log(good, typeof fileStorage));`,
      };
      for (const [name, code] of Object.entries(scripts)) {
        await writeFile(join(folder, name), code);
        const printed = await run(process.execPath, ["--disable-warning=ExperimentalWarning", name], { cwd: folder });
        expect([name, printed.stdout.trim()]).toEqual([name, "true function"]);
      }
    }));
});
