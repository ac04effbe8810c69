/**
 * Bytes are compared as bytes. Jest asks of each element whether the array has it as a key, which took ten of the
 * eighteen seconds that the tests of the signed log took.
 */
import { expect } from "@jest/globals";

function sameBytes(a: unknown, b: unknown): boolean | undefined {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.constructor !== b.constructor) return undefined;
  return Buffer.compare(a, b) === 0;
}

expect.addEqualityTesters([sameBytes]);
