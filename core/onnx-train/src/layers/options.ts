/** Checks of layers' options. */
import { checkNumber, RANGES, refuse } from "../given.js";

/** @throws OnnxError ONNX_OPTION where one isn't a whole number of 1 or more */
export function checkCounts(layer: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) checkNumber(`${layer}.${name}`, value, RANGES.count);
}

/** @throws OnnxError ONNX_OPTION where `parts` equal parts don't make a size */
export function checkDivides(where: string, parts: number, size: number): void {
  checkNumber(where, parts, RANGES.count);
  if (size % parts !== 0) refuse(where, `a number that divides ${size}`, parts);
}
