import { access } from "node:fs/promises";
import { join } from "node:path";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { openLedger } from "../../core/ledger/ledger.js";
import { LiveStanding } from "../../core/reconcile/parts.js";
import { forgetLosers } from "../../core/reconcile/retention.js";
import { decision } from "../ledger/bodies.js";
import { inFolder } from "../support/folder.js";

test("columns that gates see stay as long as the look that was by them is the last one", () =>
  inFolder(async (folder) => {
    const ledger = await openLedger(join(folder, "ledger"), { write: true, keys: join(folder, "keys") });
    const artifacts = new Artifacts(join(folder, "artifacts"));
    const parts = { artifacts, ledger, standing: new LiveStanding(ledger) };
    const body = decision("REJECTED");
    const look = (context: string) => ledger.append({ ...body, data: { ...body.data, context } });
    const [first, second] = await Promise.all(["first", "second"].map((text) => artifacts.put(Buffer.from(text))));
    const there = () =>
      Promise.all(
        [first, second].map((digest) =>
          access(artifacts.pathOf(digest ?? "")).then(
            () => true,
            () => false,
          ),
        ),
      );

    await look(first ?? "");
    expect(await forgetLosers(parts)).toBe(1);
    expect(await there()).toEqual([true, false]);

    await look(await artifacts.put(Buffer.from("second")));
    await forgetLosers(parts);
    expect(await there()).toEqual([false, true]);
  }));
