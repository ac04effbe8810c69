import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { expect, it } from "@jest/globals";
import { digestOfPlugin, entryOf, findPlugins } from "../../core/registry/discover.js";
import { inFolder } from "../support/folder.js";

async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

it("finds code files and folders by name, then packages, and nothing that only lies beside them", () =>
  inFolder(async (home) => {
    await write(home, {
      "plugins/b.js": "",
      "plugins/a.ts": "",
      "plugins/c.mjs": "",
      "plugins/folder/index.ts": "",
      "plugins/README.md": "",
      "plugins/package.json": "",
      "plugins/a.spec.ts": "",
      "plugins/b.test.js": "",
      "plugins/a.d.ts": "",
      "plugins/.hidden.js": "",
      "plugins/node_modules/x/index.js": "",
      "node_modules/sous-plugin-lift/index.js": "",
      "node_modules/sous/index.js": "",
      "node_modules/plugin-for-sous/index.js": "",
      "node_modules/sous-plugin-note.txt": "",
    });
    await symlink(join(home, "nowhere"), join(home, "plugins/dangling.js"));
    const found = await findPlugins({ folder: join(home, "plugins"), packagesFrom: home });
    expect(found.map(({ path }) => relative(home, path))).toEqual([
      "plugins/a.ts",
      "plugins/b.js",
      "plugins/c.mjs",
      "plugins/folder",
      "node_modules/sous-plugin-lift",
    ]);
  }));

it("passes over what it is told to go without", () =>
  inFolder(async (home) => {
    await write(home, { "plugins/a.js": "", "plugins/notes.txt": "", "node_modules/sous-plugin-x/index.js": "" });
    const places = { folder: join(home, "plugins"), packagesFrom: home };
    expect(await findPlugins({ ...places, without: [join(home, "plugins/a.js")] })).toEqual([
      { path: join(home, "node_modules/sous-plugin-x"), isFolder: true },
    ]);
  }));

it.each<[string, Readonly<Record<string, string>>, string]>([
  ["index.ts before index.js", { "index.ts": "", "index.js": "" }, "index.ts"],
  ["the main of package.json", { "package.json": '{"main":"lib/a.js"}', "lib/a.js": "", "index.js": "" }, "lib/a.js"],
  ["exports before main", { "package.json": '{"main":"a.js","exports":"./b.js"}', "a.js": "", "b.js": "" }, "b.js"],
  [
    "a condition of exports",
    { "package.json": '{"exports":{".":{"types":"./t.d.ts","import":{"default":"./b.js"}}}}', "b.js": "" },
    "b.js",
  ],
  ["index.js when main is not there", { "package.json": '{"main":"gone.js"}', "index.js": "" }, "index.js"],
])("begins a folder with %s", (_, files, entry) =>
  inFolder(async (path) => {
    await write(path, files);
    expect(await entryOf({ path, isFolder: true })).toBe(join(path, entry));
  }),
);

it("names the files that it looked for in a folder without one", () =>
  inFolder(async (path) => {
    await write(path, { "package.json": '{"main":"gone.js"}' });
    await expect(entryOf({ path, isFolder: true })).rejects.toMatchObject({
      code: "PLUGIN_NO_ENTRY",
      details: { path, tried: "gone.js, index.ts, index.mts, index.js, index.mjs" },
    });
  }));

it("names a package.json that is no JSON", () =>
  inFolder(async (path) => {
    await write(path, { "package.json": "{" });
    await expect(entryOf({ path, isFolder: true })).rejects.toMatchObject({ code: "PLUGIN_IMPORT" });
  }));

it("digests a folder by its files' paths and bytes, without hidden files and node_modules", () =>
  inFolder(async (root) => {
    const digest = async (files: Readonly<Record<string, string>>, name: string) => {
      await write(join(root, name), files);
      return digestOfPlugin({ path: join(root, name), isFolder: true });
    };
    const files = { "index.js": "a", "lib/b.js": "b" };
    const plain = await digest(files, "plain");
    expect(await digest({ "lib/b.js": "b", "index.js": "a" }, "reordered")).toBe(plain);
    expect(await digest({ ...files, ".git/HEAD": "x", "node_modules/y/index.js": "y" }, "noisy")).toBe(plain);
    expect(await digest({ ...files, "lib/b.js": "B" }, "changed")).not.toBe(plain);
    expect(await digest({ "index.js": "a", "lib/c.js": "b" }, "renamed")).not.toBe(plain);
  }));

it("digests a file as sha256sum does", () =>
  inFolder(async (root) => {
    await write(root, { "a.js": "abc" });
    // FIPS 180-2, appendix B.1
    expect(await digestOfPlugin({ path: join(root, "a.js"), isFolder: false })).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  }));
