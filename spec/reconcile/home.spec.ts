import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfiguration } from "../../core/reconcile/configuration.js";
import { findHome, homeAt } from "../../core/reconcile/home.js";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "sous-home-")));
  await mkdir(join(folder, "project", "recipes", "team"), { recursive: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (...parts: string[]) => join(folder, ...parts);

describe("findHome", () => {
  it("takes the parent of a folder named recipes", () => {
    expect(findHome(at("project", "recipes")).folder).toBe(at("project"));
  });

  it("takes the folder itself where nothing says otherwise", () => {
    expect(findHome(at("project")).folder).toBe(at("project"));
  });

  it("takes the nearest folder above with a configuration or an earlier daemon's state", async () => {
    await mkdir(at("project", ".sous"));
    expect(findHome(at("project", "recipes", "team")).folder).toBe(at("project"));
    await writeFile(at("project", "recipes", "sous.yaml"), "");
    expect(findHome(at("project", "recipes", "team")).folder).toBe(at("project", "recipes"));
  });
});

describe("readConfiguration", () => {
  const configuration = async (text: string) => {
    await writeFile(at("project", "sous.yaml"), text);
    return readConfiguration(homeAt(at("project")));
  };

  it("has a default for everything, without the file and with an empty one", async () => {
    const defaults = await readConfiguration(homeAt(at("project")));
    expect(defaults).toMatchObject({ watch: null, roots: [], rescan: 30, idle: 60, drill: 604_800 });
    expect(defaults.workers).toBeGreaterThanOrEqual(1);
    expect(await configuration("")).toEqual(defaults);
    expect(await configuration("# nothing yet\n")).toEqual(defaults);
  });

  it("resolves folders against the home and reads durations", async () => {
    const text = "watch: [recipes, ../shared]\nroots: /data\nworkers: 3\nrescan: 2m\nidle: 5\ndrill: off\n";
    expect(await configuration(text)).toEqual({
      watch: [at("project", "recipes"), at("shared")],
      roots: ["/data"],
      plugins: at("project", "plugins"),
      workers: 3,
      rescan: 120,
      idle: 5,
      drill: null,
    });
  });

  it.each([
    ["wokers: 2\n", "CONFIG_UNKNOWN_KEY", 1, 1, "Did you mean workers?"],
    ["rescan: 30s\nworkers: none\n", "CONFIG_INVALID", 2, 10, "a whole number, 1 to 64"],
    ["workers: 0\n", "CONFIG_INVALID", 1, 10, "a whole number, 1 to 64"],
    ["idle: 0s\n", "CONFIG_INVALID", 1, 7, "a second or more"],
    ["drill: often\n", "CONFIG_INVALID", 1, 8, "7d"],
    ["rescan: soon\n", "CONFIG_INVALID", 1, 9, "30s"],
    ["roots: [1]\n", "CONFIG_INVALID", 1, 8, "a folder"],
    ["- recipes\n", "CONFIG_INVALID", 1, 1, "a mapping"],
  ])("refuses %j with code, place and what was expected", async (text, code, line, column, message) => {
    const error = await configuration(text).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, position: { line, column }, message: expect.stringContaining(message) });
  });
});
