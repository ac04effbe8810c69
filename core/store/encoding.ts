/**
 * JSON text that keeps what JSON drops: NaN, the infinities and −0, all of which trials report. They stand as
 * `{"$number":"NaN"}`; a caller's own object with that key stands as `{"$number":[[key, value], …]}`.
 */

const MARK = "$number";

export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === "number" && !hasJsonText(member))
      return { [MARK]: Object.is(member, -0) ? "-0" : `${member}` };
    return isMarked(member) ? { [MARK]: Object.entries(member) } : member;
  });
}

/** What `encode` was given; members that were `undefined` are gone. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, member: unknown) => {
    if (!isMarked(member)) return member;
    const mark = member[MARK];
    return Array.isArray(mark) ? Object.fromEntries(mark) : Number(mark);
  });
}

function hasJsonText(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function isMarked(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, MARK);
}
