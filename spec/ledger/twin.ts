/** A second, independent reading of docs/ledger.md, with Node's built-ins only, to judge what core/ledger says. */
import { createHash } from "node:crypto";

/** Number of the first line that breaks a rule, or null. `bytes` must end with a newline or be empty. */
export function firstBadLine(bytes: Uint8Array): number | null {
  let previous = "0".repeat(64);
  const lines = Buffer.from(bytes).toString("latin1").split("\n").slice(0, -1);
  for (const [index, raw] of lines.entries()) {
    const line = Buffer.from(raw, "latin1");
    if (!holds(line, index + 1, previous)) return index + 1;
    previous = hex(line);
  }
  return null;
}

function holds(line: Buffer, seq: number, previous: string): boolean {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line.toString("utf8"));
  } catch {
    return false;
  }
  if (!Buffer.from(sorted(entry)).equals(line)) return false;
  const { digest, ...rest } = entry;
  return entry.seq === seq && entry.previous === previous && digest === hex(Buffer.from(sorted(rest)));
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function hex(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
