/** The table of gradients: one row per operator that can lie between what trains and the loss. */
import { CONVOLUTION_GRADIENTS } from "./convolution.js";
import { ELEMENTWISE_GRADIENTS } from "./elementwise.js";
import type { GradientRow } from "./gradient.js";
import { LAYOUT_GRADIENTS } from "./layout.js";
import { MATRIX_GRADIENTS } from "./matrix.js";
import { NORMALIZATION_GRADIENTS } from "./normalization.js";
import { REDUCTION_GRADIENTS } from "./reduction.js";

export const GRADIENTS: ReadonlyMap<string, GradientRow> = new Map(
  [
    ELEMENTWISE_GRADIENTS,
    MATRIX_GRADIENTS,
    CONVOLUTION_GRADIENTS,
    REDUCTION_GRADIENTS,
    LAYOUT_GRADIENTS,
    NORMALIZATION_GRADIENTS,
  ].flatMap((group) => Object.entries(group)),
);
