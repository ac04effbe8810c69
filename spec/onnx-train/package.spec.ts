/** What a stranger gets: the packed library, which trains with nothing but onnxruntime-node beside it. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inFolder } from "../support/folder.js";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGE = join(ROOT, "core/onnx-train");
const SOURCE = join(PACKAGE, "src");
const IMPORT =
  /^(?:(?:import|export)\b[^;"'()]*\bfrom|import)\s*["'](?<name>[^"']+)["']|\bimport\(\s*["'](?<later>[^"']+)["']/gm;

const USE = `
  const g = new GraphBuilder("line");
  g.output(dense(new Scope(g, 1), g.input("x", "float", ["N", 1]), { units: 1 }), "y");
  const model = g.model();
  const program = trainingProgram({ model, loss: squaredError({ output: "y", shape: [1] }), optimizer: adam({ rate: 0.1 }) });
  const trainer = await Trainer.open(program);
  const x = Array.from({ length: 32 }, (_, row) => row / 16 - 1);
  const data = { x: tensor("float", [32, 1], x), target: tensor("float", [32, 1], x.map((value) => 3 * value + 1)) };
  const { state } = await train(trainer, { data, batch: 8, epochs: 100 });
  await trainer.release();
  console.log([...trainer.weights(state).values()].map(({ data: [value] }) => value.toFixed(2)).join(" "));`;
const NAMES = "GraphBuilder, Scope, Trainer, adam, dense, squaredError, tensor, train, trainingProgram";

describe("the package", () => {
  it("reaches Node and onnxruntime-node, the latter from one file", async () => {
    const files = (await readdir(SOURCE, { recursive: true })).filter((path) => path.endsWith(".ts"));
    const strange = await Promise.all(
      files.map(async (path) => {
        const code = await readFile(join(SOURCE, path), "utf8");
        const names = [...code.matchAll(IMPORT)].map(({ groups }) => groups?.name ?? groups?.later ?? "");
        return names
          .filter((name) => !name.startsWith(".") && !name.startsWith("node:"))
          .map((name) => `${path}: ${name}`);
      }),
    );
    expect(new Set(strange.flat())).toEqual(new Set(["session.ts: onnxruntime-node"]));
  });

  it("packed, trains by import and by require, and has types, README and licence", () =>
    inFolder(async (folder) => {
      const home = join(folder, "node_modules/onnx-train");
      await mkdir(home, { recursive: true });
      for (const name of ["onnxruntime-node", "onnxruntime-common"])
        await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name), "dir");
      const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
        cwd: PACKAGE,
      });
      const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
      const paths = files.map(({ path }) => path);
      for (const path of ["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"]) expect(paths).toContain(path);
      expect(paths.filter((path) => relative("dist", dirname(path)).startsWith("..") && path.endsWith(".ts"))).toEqual(
        [],
      );
      await run("tar", ["-xzf", join(folder, filename), "-C", home, "--strip-components=1"]);
      const scripts = {
        "use.mjs": `import { ${NAMES} } from "onnx-train"; ${USE}`,
        "use.cjs": `const { ${NAMES} } = require("onnx-train"); (async () => {${USE}})();`,
      };
      for (const [name, code] of Object.entries(scripts)) {
        await writeFile(join(folder, name), code);
        const printed = await run(process.execPath, ["--disable-warning=ExperimentalWarning", name], { cwd: folder });
        expect([name, printed.stdout.trim()]).toEqual([name, "3.00 1.00"]);
      }
    }));
});
