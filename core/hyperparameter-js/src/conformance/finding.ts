/** What a conformance kit has to say: one finding per broken rule and case. */

export interface Finding {
  /** The rule that is broken. */
  readonly rule: string;
  readonly expected: string;
  readonly got: string;
}

/** Text that is the same for the same data: names sorted; NaN, infinities, −0 and undefined, which JSON drops, kept. */
export function textOf(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(textOf).join(",")}]`;
  if (typeof data === "object" && data !== null) {
    const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(",")}}`;
  }
  if (typeof data === "number") return Object.is(data, -0) ? "-0" : String(data);
  return JSON.stringify(data) ?? String(data);
}

/** Frozen all the way down, so that whoever writes to it is found out. */
export function deepFreeze<T>(data: T): T {
  if (typeof data === "object" && data !== null && !Object.isFrozen(data)) {
    Object.freeze(data);
    Object.values(data).forEach(deepFreeze);
  }
  return data;
}

/** Runs a check; an error that it throws is a finding too. */
export async function attempt(rule: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [{ rule, expected: "no error", got: String(error) }];
  }
}
