/** JSON as Python writes and reads it: with NaN, Infinity and -Infinity, and floats told from whole numbers by a point. */

/** A number that Python is to take for a float. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Members that have no JSON are left out of objects and null in lists, as JSON.stringify does it. */
export function toPythonJson(given: unknown): string {
  const value = jsonOf(given);
  if (value instanceof PythonFloat) return floatText(value.value);
  if (typeof value === "number")
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? `${value}` : floatText(value);
  if (Array.isArray(value)) return `[${value.map(toPythonJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => JSON.stringify(jsonOf(member)) !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toPythonJson(member)}`).join(",")}}`;
}

function jsonOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("toJSON" in value)) return value;
  return typeof value.toJSON === "function" ? (value.toJSON() as unknown) : value;
}

/** A text in quotes, or a number that JSON has no words for. */
const TOKENS = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g;

/** Throws SyntaxError where it isn't JSON, Python's numbers apart. */
export function fromPythonJson(text: string): unknown {
  if (!text.includes("NaN") && !text.includes("Infinity")) return JSON.parse(text);
  let mark = "NaN";
  while (text.includes(`"${mark}"`)) mark += "N";
  const plain = text.replace(TOKENS, (token) => {
    if (token.startsWith('"')) return token;
    return token === "NaN" ? `"${mark}"` : token.replace("Infinity", "1e999");
  });
  return JSON.parse(plain, (_, value: unknown) => (value === mark ? Number.NaN : value));
}
