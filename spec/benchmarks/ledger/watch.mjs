/**
 * Preloaded into each process and thread of a study: what they do for the record. SOUS_SHARES is the folder that each keeps
 * a file in, with the milliseconds of CPU that its samples have in the record's own files, and those that it waited for the
 * disk, whatever for. Written each half second, since an evaluator and its threads are ended by force.
 */
import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { Session } from "node:inspector";
import { join } from "node:path";
import { threadId } from "node:worker_threads";

/** Log, signatures and tiles; papers and cards; hashes of models; the bits and rows that a look keeps. */
const RECORD =
  /\/dist\/core\/(ledger|provenance|artifacts|promotion\/(papers|versions|cards?|digests|snippets)|evaluator\/(bits|replay))[/.]/;
const SAMPLE_EVERY = 500; // µs
const WRITE_EVERY = 500; // ms

const found = { spent: 0, waited: 0 };

const file = await open(process.execPath);
const handle = Object.getPrototypeOf(file);
await file.close();
for (const name of ["sync", "datasync"]) {
  const own = handle[name];
  handle[name] = function (...given) {
    const from = performance.now();
    return own.apply(this, given).finally(() => {
      found.waited += performance.now() - from;
    });
  };
}

/** Milliseconds of samples with a frame of the record in their stack, so that hashes and writes count with who asked for them. */
function recorded({ nodes, samples, timeDeltas }) {
  const spent = new Map();
  for (const [i, id] of samples.entries()) spent.set(id, (spent.get(id) ?? 0) + timeDeltas[i] / 1000);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const sumOf = (node, isWithin) => {
    const isRecord = isWithin || RECORD.test(node.callFrame.url);
    const below = (node.children ?? []).map((child) => sumOf(byId.get(child), isRecord));
    return below.reduce((sum, one) => sum + one, isRecord ? (spent.get(node.id) ?? 0) : 0);
  };
  return sumOf(nodes[0], false);
}

const session = new Session();
session.connect();
session.post("Profiler.enable");
session.post("Profiler.setSamplingInterval", { interval: SAMPLE_EVERY });
session.post("Profiler.start");

function write() {
  session.post("Profiler.stop", (error, said) => {
    if (error) throw error;
    found.spent += recorded(said.profile);
    writeFileSync(join(process.env.SOUS_SHARES, `${process.pid}-${threadId}.json`), JSON.stringify(found));
  });
}

setInterval(() => {
  write();
  session.post("Profiler.start");
}, WRITE_EVERY).unref();
process.on("exit", write);
