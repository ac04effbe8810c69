/** Attributes given plainly: the table of operators says whether 1 is an int or a float. */
import { OnnxError } from "../errors.js";
import type { Attribute, AttributeKind, Graph } from "../graph.js";
import { attributeKind, OPERATORS } from "../operators/table.js";
import type { Tensor } from "../tensor.js";

export type AttributeInput =
  | Attribute
  | Tensor
  | Graph
  | string
  | number
  | bigint
  | readonly (string | number | bigint)[];

/** @throws OnnxError ONNX_INVALID where the kind is neither known nor spelled out */
export function attributeOf(opType: string, name: string, input: AttributeInput): Attribute {
  if (typeof input === "object" && "kind" in input) return input;
  const operator = OPERATORS.get(opType);
  const kind = operator && attributeKind(operator, name);
  if (kind !== undefined) return coerced(kind, input);
  throw new OnnxError(
    "ONNX_INVALID",
    `the kind of attribute ${name} of ${opType} is not known: give it as {kind, value}`,
  );
}

function coerced(kind: AttributeKind, input: Exclude<AttributeInput, Attribute>): Attribute {
  if (kind === "int") return { kind, value: BigInt(input as number | bigint) };
  if (kind === "ints") return { kind, value: (input as readonly (number | bigint)[]).map(BigInt) };
  return { kind, value: input } as Attribute;
}
