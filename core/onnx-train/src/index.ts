/** The door of the library. */
export { type AttributeInput, GraphBuilder, type OpOptions } from "./builder.js";
export { decodeMetadata, decodeModel } from "./codec/decode.js";
export { encodeModel } from "./codec/encode.js";
export { OnnxError, type OnnxErrorCode } from "./errors.js";
export {
  type Attribute,
  type AttributeKind,
  type Dimension,
  type Graph,
  type Model,
  type Node,
  Value,
  type ValueType,
} from "./graph.js";
export { assertValid, checkModel, type Finding } from "./rules.js";
export { openSession, type Session, type SessionOptions, type SessionValue } from "./session.js";
export { type ElementType, scalar, type Tensor, type TensorData, tensor } from "./tensor.js";
