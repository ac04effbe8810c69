/**
 * swc, and a shortcut to globals. Tests run in a vm context, where each mention of a global asks the context's
 * interceptor, in the innermost loop too: the conformance kit took twice the time for its `Math.exp` and its like. A
 * constant of the module's own is asked once.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createTransformer } from "@swc/jest";

/** Of the language alone: nothing that fake timers, or a test, would replace. */
const GLOBALS =
  `Array ArrayBuffer BigInt Boolean Buffer DataView Error Float32Array Float64Array Int32Array JSON Map Math
  Number Object Promise RangeError Reflect RegExp Set String Symbol TextDecoder TextEncoder TypeError Uint8Array Uint16Array
  Uint32Array URL WeakMap`.split(/\s+/);
const SELF = createHash("sha256")
  .update(readFileSync(new URL(import.meta.url)))
  .digest("hex");

const swc = createTransformer();

export default {
  ...swc,
  getCacheKey: (...given) =>
    createHash("sha256")
      .update(SELF)
      .update(swc.getCacheKey(...given))
      .digest("hex"),
  process: (...given) => shortcut(swc.process(...given)),
  processAsync: async (...given) => shortcut(await swc.processAsync(...given)),
};

/** On the first line, so that all lines keep their numbers. */
function shortcut({ code, ...rest }) {
  const used = GLOBALS.filter((name) => isUsed(name, code));
  return { ...rest, code: used.length === 0 ? code : `const { ${used.join(", ")} } = globalThis; ${code}` };
}

function isUsed(name, code) {
  return new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`\\b(?:class|const|function|let) ${name}\\b`).test(code);
}
