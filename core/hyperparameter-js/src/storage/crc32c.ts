/** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78): RFC 3720 §12.1. Eight bytes a step ("slicing by 8"). */

const POLYNOMIAL = 0x82f63b78;

/** Table k gives the remainder of a byte with k zero bytes behind it; all in one array, 256 entries each. */
const TABLES = new Uint32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  TABLES[byte] = remainder;
}
for (let at = 256; at < TABLES.length; at++) {
  const before = TABLES[at - 256] as number;
  TABLES[at] = (before >>> 8) ^ (TABLES[before & 0xff] as number);
}

/** Of bytes `from` … `to` − 1, as a whole number from 0 to 2^32 − 1. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  const byte = (at: number) => bytes[at] as number;
  const table = (at: number) => TABLES[at] as number;
  let crc = 0xffffffff;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const word = crc ^ (byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24));
    crc =
      table(0x700 | (word & 0xff)) ^
      table(0x600 | ((word >>> 8) & 0xff)) ^
      table(0x500 | ((word >>> 16) & 0xff)) ^
      table(0x400 | (word >>> 24)) ^
      table(0x300 | byte(at + 4)) ^
      table(0x200 | byte(at + 5)) ^
      table(0x100 | byte(at + 6)) ^
      table(byte(at + 7));
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ table((crc ^ byte(at)) & 0xff);
  return (crc ^ 0xffffffff) >>> 0;
}
