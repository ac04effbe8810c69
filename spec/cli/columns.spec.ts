/** What a person is told of the columns: before a run, during it and after it. */
import { sous, TemporaryHome } from "../support/sous.js";

let home: TemporaryHome;

/** Customers, whose `closed` is known once they have left. */
function customers(): string {
  const rows = Array.from({ length: 300 }, (_, row) => {
    const left = (row * 7919) % 10 < 4;
    const cells = [
      `C${100_000 + 7 * row}`,
      ["Low", "Medium", "High"][row % 3],
      (row * 37) % 101,
      left ? `2026-0${1 + (row % 9)}-01` : "",
    ];
    return [...cells, "CH", left ? "yes" : "no"].join();
  });
  return ["customer,risk,visits,closed,country,left", ...rows, ""].join("\n");
}

const recipe = (leaks: string) => `data: { source: data/rows.csv, target: left, leaks: ${leaks} }
search: { learners: [linear] }
budget: { trials: 1 }
`;

beforeAll(async () => {
  home = await TemporaryHome.make();
  await home.put("recipes/data/rows.csv", customers());
  await home.put("recipes/first.recipe.yaml", recipe("warn"));
});

afterAll(() => home.remove());

const run = (...args: string[]) => sous(args, home.folder);
const SUSPICION =
  /closed may be a leak: alone it tells yes from no with an area under the ROC curve of 1\.0000 in \d+ training rows/;

it("sous plan shows each column's kind, what learners get of it, and the suspicion", async () => {
  const { status, out } = await run("plan", "recipes/first.recipe.yaml");
  expect(status).toBe(0);
  expect(out).toMatch(/column +kind +learners get +missing +distinct +why\n/);
  expect(out).toMatch(
    /customer +identifier +nothing +0\.0 % +300 +\d+ different values in \d+ training rows, and they look like codes\n/,
  );
  expect(out).toMatch(
    /risk +ordinal +levels in order +0\.0 % +3 +3 levels: words of a known scale, from Low to High\n/,
  );
  expect(out).toMatch(/closed +date +days +60\.0 % +9 /);
  expect(out).toMatch(/country +constant +nothing +0\.0 % +1 /);
  expect(out).toMatch(/left +nothing +the target\n/);
  expect(out).toMatch(new RegExp(`warning: ${SUSPICION.source}`));
});

it("a run and sous status warn, and allowing it searches nothing anew", async () => {
  const first = await run("run", "recipes/first.recipe.yaml", "--once");
  expect(first.err).toMatch(new RegExp(`first: warning: ${SUSPICION.source}`));
  expect((await run("status")).out).toMatch(new RegExp(`warning: first: ${SUSPICION.source}`));
  const { recipes } = JSON.parse((await run("status", "--json")).out);
  expect(recipes[0].warnings).toEqual([expect.stringMatching(SUSPICION)]);

  await home.put("recipes/first.recipe.yaml", recipe("allow"));
  const allowed = await run("run", "recipes/first.recipe.yaml", "--once");
  expect(allowed.err).toBe("");
  expect(allowed.out).not.toMatch(/searching/);
  expect((await run("status")).out).not.toContain("warning");
});

it("a run refuses what the recipe refuses", async () => {
  await home.put("recipes/first.recipe.yaml", recipe("refuse"));
  const { status, err } = await run("run", "recipes/first.recipe.yaml", "--once");
  expect(status).not.toBe(0);
  expect(err).toMatch(/DATA_LEAK The recipe refuses leaks, and closed may be one/);
});
