/** What form an operator has at a version. */
import { AI_ONNX, AI_ONNX_ML } from "./signatures.js";

export interface Signature {
  /** From this version of the domain on. */
  readonly since: number;
  /** Whether the operator has ended: it may not be used. */
  readonly gone: boolean;
  readonly inputs: Arity;
  readonly outputs: Arity;
  readonly attributes: ReadonlyMap<string, AttributeRow>;
}

export interface Arity {
  readonly least: number;
  readonly most: number;
  /** For each place whether it must be filled; what lies behind the last is free. */
  readonly needed: readonly boolean[];
}

export interface AttributeRow {
  readonly kind: string;
  readonly needed: boolean;
}

interface Domain {
  readonly text: string;
  /** The versions that the table tells of. */
  readonly versions: readonly [first: number, last: number];
}

const DOMAINS: Readonly<Record<string, Domain>> = {
  "": { text: AI_ONNX, versions: [7, 28] },
  "ai.onnx.ml": { text: AI_ONNX_ML, versions: [1, 5] },
};

const parsed = new Map<string, ReadonlyMap<string, readonly Signature[]>>();

/**
 * The operator's form; null where there is no such operator at that version, undefined where the tables don't tell: of other
 * domains and of versions older or newer than they are.
 */
export function signatureOf(domain: string, opType: string, version: number): Signature | null | undefined {
  const known = Object.hasOwn(DOMAINS, domain) ? DOMAINS[domain] : undefined;
  if (known === undefined || version < known.versions[0] || version > known.versions[1]) return undefined;
  const table = parsed.get(domain) ?? parse(known.text);
  parsed.set(domain, table);
  return table.get(opType)?.findLast(({ since }) => since <= version) ?? null;
}

function parse(text: string): ReadonlyMap<string, readonly Signature[]> {
  const table = new Map<string, Signature[]>();
  for (const line of text.trim().split("\n")) {
    const [name = "", since = "", form = "", ...attributes] = line.split(" ");
    const [inputs = "", outputs = ""] = form.split(">");
    const signature: Signature = {
      since: Number(since),
      gone: form === "gone",
      inputs: arity(inputs),
      outputs: arity(outputs),
      attributes: new Map(attributes.map(attributeRow)),
    };
    table.set(name, [...(table.get(name) ?? []), signature]);
  }
  return table;
}

function arity(pattern: string): Arity {
  const open = pattern.endsWith("*") || pattern.endsWith("+");
  const places = open ? pattern.slice(0, -1) : pattern;
  const least = pattern.endsWith("+") ? places.length + 1 : places.lastIndexOf("x") + 1;
  return {
    least,
    most: open ? Number.POSITIVE_INFINITY : places.length,
    needed: [...places].map((one) => one === "x"),
  };
}

function attributeRow(text: string): [string, AttributeRow] {
  const [name = "", kind = ""] = text.split(":");
  const needed = name.endsWith("!");
  return [needed ? name.slice(0, -1) : name, { kind, needed }];
}
