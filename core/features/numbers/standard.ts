/** Distance from the mean in standard deviations. */
import { momentsOf } from "../statistics.js";
import { clip, clipped, type NumberKind } from "./numbers.js";

/** In standard deviations: infinite cells and slips of the decimal point still get a finite number that can be borne. */
export const CUT = 10;

export interface Standard {
  readonly mean: number;
  readonly scale: number;
}

export const standard: NumberKind<Standard> = {
  suffix: "",
  fit({ values, weight }) {
    const { mean, deviation } = momentsOf(values, weight);
    const scale = Math.fround(deviation);
    // a deviation beyond single precision, or one that its rounding makes 0
    return scale > 0 && Number.isFinite(scale) ? { mean: Math.fround(mean), scale } : null;
  },
  apply({ mean, scale }, value) {
    return clip(Math.fround(Math.fround(value - mean) / scale), -CUT, CUT);
  },
  emit(graph, filled, fits) {
    const means = fits.map(({ mean }) => mean);
    const scales = fits.map(({ scale }) => scale);
    const distance = graph.sub(filled, graph.vector("float", means));
    return clipped(graph, graph.div(distance, graph.vector("float", scales)), -CUT, CUT);
  },
};
