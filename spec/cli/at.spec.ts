import { rm } from "node:fs/promises";
import { join } from "node:path";
import { momentOf } from "../../core/cli/at.js";
import { parseProof } from "../../core/ledger/tlog/proof-file.js";
import { QUICK, rowsCsv, sous, TemporaryHome } from "../support/sous.js";

describe("a moment", () => {
  it.each([
    ["2026-11-25", "2026-11-25T23:59:59.999Z"],
    ["2026-11-25T14:30", "2026-11-25T14:30:59.999Z"],
    ["2026-11-25 14:30:05", "2026-11-25T14:30:05.999Z"],
    ["2026-11-25T14:30:05.25Z", "2026-11-25T14:30:05.250Z"],
    ["2026-11-25T01:30+02:00", "2026-11-24T23:30:59.999Z"],
  ])("%s is %s", (given, expected) => {
    expect(momentOf(given)).toBe(expected);
  });

  it.each(["yesterday", "2026-13-01", "2026-11-25T25:00", "25.11.2026", ""])("%p is none", (given) => {
    expect(() => momentOf(given)).toThrow("is no time");
  });
});

describe("what served, and of what it was made", () => {
  let home: TemporaryHome;
  const recipe = (learner: string) =>
    home.putRecipe(
      "first",
      `budget: { trials: 2 }\nsearch: { ${QUICK.replace("linear", learner)} }\ngates: [{ kind: beats_baseline }]`,
    );
  const once = () => sous(["run", "recipes/first.recipe.yaml", "--once"], home.folder);

  beforeAll(async () => {
    home = await TemporaryHome.make();
    await home.put("recipes/data/rows.csv", rowsCsv(300));
    await recipe("linear");
    await once();
    await recipe("gbdt");
    await once();
    await sous(["rollback", "first", "--reason", "complaints"], home.folder);
  });

  afterAll(() => home.remove());

  it("is told for the time of each line, with the line that put it there and its proof", async () => {
    const entries = await home.entries();
    const found = await Promise.all(
      entries.map(async ({ time }) => {
        const { status, out } = await sous(["at", time, "first", "--json"], home.folder);
        expect(status).toBe(0);
        return JSON.parse(out);
      }),
    );
    expect(found.map(({ version, entry }) => [version.number, entry.seq])).toEqual([
      [1, 1],
      [2, 2],
      [1, 3],
    ]);
    for (const { proof, entry } of found) expect(parseProof(proof)?.index).toBe(entry.seq - 1);
    const { status, out } = await sous(["at", "2020-01-01", "first"], home.folder);
    expect([status, out]).toEqual([3, "first at 2020-01-01T23:59:59.999Z: nothing\n"]);
  });

  it("is compared row by row: what one version had right and the other has wrong", async () => {
    const { status, out } = await sous(["flips", "first", "1", "v2"], home.folder);
    expect([status, out]).toEqual([0, expect.stringMatching(/^first: version 1 to version 2, on \d+ confirm rows /)]);
    const there = JSON.parse((await sous(["flips", "first", "v1", "v2", "--json"], home.folder)).out);
    const back = JSON.parse((await sous(["flips", "first", "v2", "v1", "--json"], home.folder)).out);
    expect([there.negative, there.positive]).toEqual([back.positive, back.negative]);
    expect(there.bothRight + there.bothWrong + there.negative + there.positive).toBe(there.rows);
    const { err } = await sous(["flips", "first", "1", "9"], home.folder);
    expect(err).toContain("CLI_NO_SUCH_MODEL");
    await rm(join(home.folder, ".sous/artifacts/blobs"), { recursive: true });
    expect((await sous(["flips", "first", "1", "2"], home.folder)).err).toContain("CLI_NO_FLIPS");
  });

  it("is shown as a tree, and as JSON with whole digests", async () => {
    const { out } = await sous(["lineage", "first@2"], home.folder);
    expect(out).toMatch(/^version first@2 .*\n├─ decision log entry 2: PROMOTED .*\n└─ candidate trial \d, gbdt /);
    expect(out).toMatch(/snapshot 300 rows .*\n.*file .*rows\.csv/);
    const serving = JSON.parse((await sous(["lineage", "first", "--json"], home.folder)).out);
    expect(serving).toMatchObject({ name: "first@1", digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const { status, err } = await sous(["lineage", "first@7"], home.folder);
    expect([status, err]).toEqual([2, expect.stringContaining("CLI_NO_SUCH_MODEL")]);
  });
});
