/** Bound once: a look-up of a global is slow in some hosts (Node's vm contexts). */
const { imul } = Math;

/** A bijection of 32-bit words in which each bit depends on all. Constants: C. Wellons, "lowbias32" (2018). */
export function mix32(word: number): number {
  let x = word;
  x = imul(x ^ (x >>> 16), 0x7feb352d);
  x = imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
