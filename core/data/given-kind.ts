/** What the recipe says that a column is: it holds where the cells fit it. Pure. */
import { SousError } from "../errors.js";
import type { ColumnType } from "../plugin/index.js";
import type { GivenType } from "../recipe/recipe.js";
import type { Decision, Facts } from "./column-kind.js";
import { orderOf } from "./order.js";
import type { Profile } from "./profile.js";
import type { ColumnKind } from "./snapshot.js";

/** Throws DATA_TYPE_MISMATCH and DATA_NO_ORDER. */
export function asGiven(facts: Facts, given: GivenType): Decision {
  if (typeof given === "object") return decided("ordinal", "categorical", given.ordinal);
  if (given === "ordinal") return asOrdinal(facts);
  assertFits(facts, given);
  return decided(kindOf(facts, given), given);
}

function decided(kind: ColumnKind, type: ColumnType, order: readonly string[] | null = null): Decision {
  return { kind, type, why: "recipe", order };
}

function kindOf({ train }: Facts, given: ColumnType): ColumnKind {
  return given === "date" && train.timed > 0 ? "datetime" : given;
}

/** Numbers are in order; strings need a scale that is known. */
function asOrdinal({ name, reading, train }: Facts): Decision {
  if (reading === "number") return decided("ordinal", "numeric");
  const order = orderOf(train.levels);
  if (order !== null) return decided("ordinal", "categorical", order.levels);
  const values = train.levels.slice(0, 5).join(", ");
  throw new SousError("DATA_NO_ORDER", { column: name, values });
}

function assertFits({ name, profile }: Facts, type: ColumnType): void {
  const [fits, odd] = FITTING[type]?.(profile) ?? [profile.present, null];
  if (fits === profile.present) return;
  throw new SousError("DATA_TYPE_MISMATCH", { column: name, type, value: odd, count: profile.present - fits });
}

/** Cells that the type takes, and the first that it doesn't; strings are taken as they are. */
const FITTING: Readonly<Partial<Record<ColumnType, (profile: Profile) => readonly [number, string | null]>>> = {
  numeric: ({ numbers, odd }) => [numbers, odd.number],
  date: ({ dates, odd }) => [dates, odd.date],
  boolean: ({ booleans, odd }) => [booleans, odd.boolean],
};
