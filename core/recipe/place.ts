/** Values of a text with the place of each, whatever the text's format, and the checks that both formats share. */
import type { Details, ErrorCode } from "../errors.js";
import type { Json } from "../json.js";

/** Offsets into the text, in UTF-16 code units. An item of a list, and the root, has no key: `key` is its start. */
export interface Spot {
  readonly key: number;
  readonly start: number;
}

export interface Place extends Spot {
  readonly value: Json;
  /** By key, or by index as text; empty for a scalar. */
  readonly members: ReadonlyMap<string, Place>;
}

export interface Fault {
  readonly code: ErrorCode;
  readonly details: Details;
  readonly offset: number;
}

/** Ends the reading of a text: what follows it can't be made sense of. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  constructor(readonly fault: Fault) {
    super(fault.code);
  }
}

/** A recipe with every key of every field used has depth 5 and about 200 values; beyond these it is an attack. */
const DEEPEST = 24;
const MOST_VALUES = 5000;

/** Builds places and counts them, so that aliases and nesting can't blow up. */
export class Tree {
  readonly faults: Fault[] = [];
  #values = 0;

  /** @param lineOf line (from 1) of an offset, for messages that name a second place */
  constructor(readonly lineOf: (offset: number) => number) {}

  /** Call before the members of a value are read. */
  enter(offset: number, depth: number): void {
    if (depth > DEEPEST) this.stop("RECIPE_TOO_COMPLEX", offset, { reason: `it is nested more than ${DEEPEST} deep` });
    if (++this.#values > MOST_VALUES) {
      this.stop("RECIPE_TOO_COMPLEX", offset, {
        reason: `it has more than ${MOST_VALUES} values once aliases are written out`,
      });
    }
  }

  scalar(value: string | number | boolean | null, spot: Spot, written: string): Place {
    const fault = scalarFault(value, written);
    if (fault !== null) this.#note("RECIPE_NOT_PLAIN", spot.start, fault);
    return { ...spot, value, members: new Map() };
  }

  list(items: readonly Place[], spot: Spot): Place {
    const members = new Map(items.map((item, index) => [String(index), item]));
    return { ...spot, value: items.map((item) => item.value), members };
  }

  mapping(entries: readonly (readonly [string, Place])[], spot: Spot): Place {
    const members = new Map<string, Place>();
    for (const [key, place] of entries) this.#add(members, key, place);
    return { ...spot, value: Object.fromEntries([...members].map(([key, place]) => [key, place.value])), members };
  }

  stop(code: ErrorCode, offset: number, details: Details): never {
    throw new Unreadable({ code, offset, details });
  }

  #add(members: Map<string, Place>, key: string, place: Place): void {
    const before = members.get(key);
    const refused = REFUSED_KEYS[key];
    if (before !== undefined) {
      this.#note("RECIPE_DUPLICATE_KEY", place.key, { key: shorten(key), first: this.lineOf(before.key) });
    } else if (Object.hasOwn(REFUSED_KEYS, key) && refused !== undefined) {
      this.#note("RECIPE_NOT_PLAIN", place.key, refused);
    } else {
      members.set(key, place);
    }
  }

  #note(code: ErrorCode, offset: number, details: Details): void {
    this.faults.push({ code, offset, details });
  }
}

const REFUSED_KEYS: Readonly<Record<string, Details>> = {
  "<<": { feature: "A merge key (`<<`)", hint: " Merge keys are of YAML 1.1." },
  ["__proto__"]: { feature: "The key `__proto__`", hint: "" },
};

function scalarFault(value: string | number | boolean | null, written: string): Details | null {
  const number = `The number ${shorten(written)}`;
  if (typeof value === "number" && !Number.isFinite(value))
    return { feature: number, hint: " Numbers must be finite." };
  if (typeof value === "number" && isRounded(value, written)) {
    return {
      feature: number,
      hint: " Whole numbers beyond 2^53 - 1 would be rounded: put it in quotes to make it text.",
    };
  }
  if (typeof value !== "string") return null;
  if (value.includes("\0")) return { feature: "Text with a NUL character", hint: "" };
  return LONE_SURROGATE.test(value) ? { feature: "Text with half a surrogate pair", hint: "" } : null;
}

/** A double has 309 digits at most; its own shortest text may have zeros where others stood. */
function isRounded(value: number, written: string): boolean {
  if (Number.isSafeInteger(value) || !/^[-+]?\d+$/.test(written) || written === String(value)) return false;
  return written.length > 400 || BigInt(written) !== BigInt(value);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** The text at most 60 characters long, for messages. */
export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
