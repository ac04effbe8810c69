/**
 * The cell of a code as a model gets it. Missing is the empty string. onnxruntime-node hands strings on as C strings, where a NUL
 * would cut one short and make it another, known, level; and in UTF-8, which has no half of a surrogate pair: U+FFFD stands for either.
 */
export function spelling(levels: readonly string[], code: number): string {
  return (levels[code] ?? "").replaceAll("\0", "\ufffd").toWellFormed();
}
