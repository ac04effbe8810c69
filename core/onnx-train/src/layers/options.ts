/** What numbers among a layer's options have to be. */
import { OnnxError } from "../errors.js";

type Options = Readonly<Record<string, number>>;

/** @throws OnnxError ONNX_INVALID naming the option */
export function assertWhole(options: Options, least = 1): void {
  for (const [name, value] of Object.entries(options)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new OnnxError("ONNX_INVALID", `${name} has to be a whole number from ${least} on, not ${value}`);
  }
}

/** @throws OnnxError ONNX_INVALID naming the option */
export function assertShare(options: Options): void {
  for (const [name, value] of Object.entries(options)) {
    if (value >= 0 && value < 1) continue;
    throw new OnnxError("ONNX_INVALID", `${name} has to be from 0 to below 1, not ${value}`);
  }
}

/** @throws OnnxError ONNX_INVALID where `parts` equal parts don't make `size` */
export function assertDivides(size: number, parts: number, what: string): void {
  assertWhole({ [what]: parts });
  if (size % parts !== 0) throw new OnnxError("ONNX_INVALID", `${size} doesn't divide among ${parts} ${what}`);
}
