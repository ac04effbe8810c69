/** The number itself, cut to the range that it had in training. For booleans, and for models that bend as they like. */
import { clip, type NumberKind } from "./numbers.js";

interface Range {
  readonly low: number;
  readonly high: number;
}

export const plain: NumberKind<Range> = {
  suffix: "",
  fit: ({ sorted }) => ({ low: sorted[0] as number, high: sorted[sorted.length - 1] as number }),
  apply: ({ low, high }, value) => clip(value, low, high),
  emit(graph, filled, fits) {
    const lows = fits.map(({ low }) => low);
    const highs = fits.map(({ high }) => high);
    return graph.op("Min", [graph.op("Max", [filled, graph.vector("float", lows)]), graph.vector("float", highs)]);
  },
};
