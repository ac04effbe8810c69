/** Columns that options of gates name: those options whose schema says `x-columns: true`. */
import type { Descriptors } from "../evaluator/messages.js";
import type { Json } from "../json.js";
import type { Choice } from "./recipe.js";

export interface NamedColumn {
  /** Where it is named, such as `gates.1.by`. */
  readonly role: string;
  readonly column: string;
}

/** In the order of the recipe; one that two gates name is there twice. */
export function gateColumns(gates: readonly Choice[], descriptors: Pick<Descriptors, "gates">): readonly NamedColumn[] {
  return gates.flatMap((gate, index) => {
    const { properties } = descriptors.gates.find(({ name }) => name === gate.kind)?.options ?? {};
    const options = Object.entries(gate).filter(([option]) => isOfColumns(memberOf(properties, option)));
    return options.flatMap(([option, value]) =>
      (Array.isArray(value) ? value : [value])
        .filter((column) => typeof column === "string")
        .map((column) => ({ role: `gates.${index}.${option}`, column })),
    );
  });
}

function isOfColumns(schema: Json | undefined): boolean {
  return memberOf(schema, "x-columns") === true;
}

function memberOf(json: Json | undefined, key: string): Json | undefined {
  return typeof json === "object" && json !== null && key in json
    ? (json as Readonly<Record<string, Json>>)[key]
    : undefined;
}
