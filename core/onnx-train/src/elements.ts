/** The numbers by which ONNX knows element types (TensorProto.DataType), in files and in the attribute `to` of Cast. */
import type { ElementType } from "./tensor.js";

export const ELEMENT_CODES: Readonly<Record<ElementType, number>> = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
};
