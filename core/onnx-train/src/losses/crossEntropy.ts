import type { Loss } from "./loss.js";

export interface CrossEntropyOptions {
  /** The model's output of [batch, classes]: scores before the softmax. */
  readonly logits: string;
  /** What the class numbers (int64, one per row) are called among the data; default "target". */
  readonly target?: string;
}

/** The mean of -log softmax(logits)[target]. */
export function crossEntropy({ logits, target = "target" }: CrossEntropyOptions): Loss {
  return {
    data: { [target]: { element: "int64", shape: [] } },
    build: ({ g, output, data }) => g.op("SoftmaxCrossEntropyLoss", [output(logits), data(target)]),
  };
}
