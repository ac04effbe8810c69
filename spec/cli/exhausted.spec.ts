/** A holdout that was looked at too often, through the whole loop. */
import type { DecisionBody } from "../../core/ledger/entry.js";
import { openLedger } from "../../core/ledger/ledger.js";
import { bodyOf } from "../../core/promotion/champion.js";
import { homeAt } from "../../core/reconcile/home.js";
import { rowsCsv, sous, TemporaryHome } from "../support/sous.js";

test("an exhausted holdout is scored and not tested, and asks for fresh rows", async () => {
  const temporary = await TemporaryHome.make();
  await temporary.put("recipes/data/rows.csv", rowsCsv(300));
  const run = () => sous(["run", "recipes/first.recipe.yaml", "--once"], temporary.folder);
  await temporary.putRecipe("first", "budget: { trials: 1 }");
  await run();

  const home = homeAt(temporary.folder);
  const ledger = await openLedger(home.ledger, { write: true, keys: home.keys });
  const [first] = ledger.entries;
  if (first?.kind !== "decision") throw new Error("nothing was decided");
  const body = bodyOf(first);
  const multiplicity = { scheme: "lord++", of: 0.05, against: "champion", left: 0.01 } as const;
  const rejected: DecisionBody = { ...body, decision: "REJECTED", version: null, alpha: 1e-9, multiplicity };
  for (let look = 2; look < 68; look++) await ledger.append({ ...rejected, look });

  const planned = await sous(["plan", "recipes/first.recipe.yaml"], temporary.folder);
  expect(planned.out).toMatch(/look 68 at this confirm set, against the champion.*\nHOLDOUT_EXHAUSTED: /);
  await temporary.putRecipe("first", "budget: { trials: 1 }\nsearch: { learners: [knn], ensemble: { size: 0 } }");
  await run();
  const last = (await temporary.entries()).at(-1);
  expect(last).toMatchObject({ decision: "INCONCLUSIVE", look: 68, alpha: 0, version: null });
  expect((last as DecisionBody).reason).toMatch(
    /^Not promoted, for want of evidence: holdout: HOLDOUT_EXHAUSTED: The confirm side was looked at 67 times.* about [\d,]+ more/,
  );
  expect((last as DecisionBody).evidence.gates.map(({ gate }) => gate.kind)).toEqual(["holdout"]);
  const status = await sous(["status"], temporary.folder);
  expect(status.out).toMatch(/INCONCLUSIVE .* exhausted/);
  await temporary.remove();
});
