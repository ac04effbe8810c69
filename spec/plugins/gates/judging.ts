import { container } from "tsyringe";
import type { Evidence, Gate, Json, Verdict } from "../../../core/plugin/index.js";
import gates from "../../../plugins/gates/gates.js";

/** The built-in gates, by name. */
export const GATES: ReadonlyMap<string, Gate> = new Map(
  (gates.gates ?? []).flatMap((provider) => {
    if (!("useFactory" in provider)) return [];
    const gate = provider.useFactory(container);
    return [[gate.name, gate] as const];
  }),
);

export async function judge(name: string, evidence: Evidence, options: Record<string, Json> = {}): Promise<Verdict> {
  const gate = GATES.get(name);
  if (!gate) throw new Error(`no gate ${name}`);
  return gate.judge(evidence, options);
}
