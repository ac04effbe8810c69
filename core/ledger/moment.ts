/** What the log says of one recipe at one moment, without reading the rest of it. */
import { open } from "node:fs/promises";
import { SousError } from "../errors.js";
import { deepFreeze } from "../json.js";
import { entriesPath, MAX_ENTRY_BYTES, sizeOf } from "./chain.js";
import type { Entry } from "./entry.js";
import { proves } from "./proof.js";
import { proofIn } from "./prove.js";
import { isPromotion, type RosterHead, type Seat, seatAt } from "./roster.js";
import { isSignedHead, readHead, readSeats } from "./roster-files.js";
import { readSigned, requireSigned } from "./signed.js";
import { sameHash } from "./tlog/merkle.js";
import type { Verifier } from "./tlog/note.js";

/** Lines of the log, each of which was proved to be in it. */
export interface Moment {
  /**
   * The line that put into service what served, and before it the one that promoted that version, where it is another one.
   * Where nothing served, the last line on the recipe; none: there was no line on it yet.
   */
  readonly entries: readonly Entry[];
  /** That the last of them is in the log, as the text of a `.tlog-proof` file. */
  readonly proof: string | null;
}

interface Asked {
  readonly folder: string;
  readonly known: Verifier;
  readonly recipe: string;
  /** ISO 8601, UTC. */
  readonly moment: string;
}

/**
 * Null where this can't be told from the log's files as they lie there: where they are of an older sous, a write goes on,
 * the key was changed with the last line, or one of them is not what was signed. Then the whole log tells.
 */
export async function momentIn(asked: Asked): Promise<Moment | null> {
  try {
    const head = await currentRoster(asked);
    const seats = head === null ? null : await readSeats(asked.folder, head, asked.recipe);
    return head === null || seats === null ? null : await momentOf(asked, head, seats);
  } catch (error) {
    if (error instanceof SousError) return null;
    throw error;
  }
}

/** The roster of just the lines that are there and signed: else a later one may have been left out. */
async function currentRoster({ folder, known }: Asked): Promise<RosterHead | null> {
  const trusted = () => [known];
  const found = await readHead(folder);
  const head = found !== null && isSignedHead(found, trusted) ? found.head : null;
  const state = await readSigned(folder);
  requireSigned(state, trusted);
  const [signed, announced] = [state.checkpoint?.says, state.pending?.says.to];
  if (head === null || signed === undefined || announced === undefined) return null;
  const isOfAll = [signed, announced].every(({ size, root }) => size === head.size && sameHash(root, head.root));
  return isOfAll && (await sizeOf(entriesPath(folder))) === head.bytes ? head : null;
}

async function momentOf(asked: Asked, head: RosterHead, seats: readonly Seat[]): Promise<Moment | null> {
  const seat = seatAt(seats, head.setbacks, Date.parse(asked.moment));
  if (seat === null) return { entries: [], proof: null };
  const promotion = seats.find((one) => isPromotion(one) && one.version === seat.version);
  if (seat.version > 0 && promotion === undefined) return null;
  const lines = promotion === undefined || promotion === seat ? [seat] : [promotion, seat];
  const proved = await Promise.all(lines.map((one) => provedLine(asked, one)));
  const entries = proved.flatMap((one) => (one === null ? [] : [one.entry]));
  return entries.length === lines.length ? { entries, proof: proved.at(-1)?.proof ?? null } : null;
}

/** The line at the seat's place; null where it is not the one that was signed. */
async function provedLine({ folder, known, recipe }: Asked, { seq, offset }: Seat) {
  const entry = parsed(await lineAt(entriesPath(folder), offset));
  const proof = await proofIn(folder, seq);
  if (entry === null || proof === null || entry.seq !== seq) return null;
  if (!("recipe" in entry) || entry.recipe.name !== recipe) return null;
  return proves(proof, entry, () => [known]) ? { entry, proof } : null;
}

async function lineAt(path: string, offset: number): Promise<string> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_ENTRY_BYTES + 1), 0, MAX_ENTRY_BYTES + 1, offset);
    const bytes = buffer.subarray(0, bytesRead);
    return bytes.subarray(0, Math.max(bytes.indexOf(0x0a), 0)).toString();
  } finally {
    await file.close();
  }
}

function parsed(line: string): Entry | null {
  try {
    return deepFreeze(JSON.parse(line)) as Entry;
  } catch {
    return null; // not the line that the roster means
  }
}
