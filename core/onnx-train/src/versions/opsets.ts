/** Which versions of ai.onnx models are of, and what goes with each. */

/** What models are built for, and raised to: the oldest version of which every operator of the library is a part. */
export const OPSET = 17;

/** The newest that onnxruntime 1.30 loads: tried with 17 to 28, it refuses 27 ("only guarantees support for … 26"). */
export const NEWEST_OPSET = 26;

/**
 * The first IR version of which a release of ONNX had an opset, as [opset, IR version] where it changes:
 * https://github.com/onnx/onnx/blob/main/docs/Versioning.md#released-versions.
 */
const IR_VERSIONS = [
  [1, 3],
  [9, 4],
  [10, 5],
  [11, 6],
  [12, 7],
  [15, 8],
  [19, 9],
  [21, 10],
  [23, 11],
  [24, 12],
  [25, 13],
] as const;

/** The IR version for models of this version of ai.onnx. */
export function irVersionOf(opset: number): number {
  return IR_VERSIONS.findLast(([first]) => first <= opset)?.[1] ?? 3;
}
