/** What this library throws. `code` is stable; the message says where and what was expected. */

export type OnnxErrorCode =
  /** Bytes that are no ONNX model, or a damaged one. */
  | "ONNX_MALFORMED"
  /** A valid model that uses a part of ONNX which this library does not keep. */
  | "ONNX_UNSUPPORTED"
  /** A graph that breaks a validity rule (rules.ts), or a builder call that would. */
  | "ONNX_INVALID"
  /** An option or hyper-parameter under an unknown name, or out of its range. */
  | "ONNX_OPTION"
  /** A loss that depends on what trains through an operator without a row in the table of gradients. */
  | "ONNX_NO_GRADIENT"
  /** A graph for several models at once, with an operator that can't take what differs between them. */
  | "ONNX_NOT_STACKABLE"
  /** More than the 2 GiB that one protobuf message may hold. */
  | "ONNX_TOO_LARGE"
  /** onnxruntime refused to load the model. */
  | "ONNX_LOAD"
  /** onnxruntime failed while it ran the model. */
  | "ONNX_RUN";

export class OnnxError extends Error {
  override readonly name = "OnnxError";
  constructor(
    readonly code: OnnxErrorCode,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
