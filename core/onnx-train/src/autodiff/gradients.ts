/** The table of gradients: one row per operator that can lie between what trains and the loss. */
import { ACTIVATION_GRADIENTS } from "./activations.js";
import { ATTENTION_GRADIENTS } from "./attention.js";
import { CONVOLUTION_GRADIENTS } from "./convolution.js";
import { ELEMENTWISE_GRADIENTS } from "./elementwise.js";
import type { GradientRow } from "./gradient.js";
import { LAYOUT_GRADIENTS } from "./layout.js";
import { LOSS_GRADIENTS } from "./losses.js";
import { MATRIX_GRADIENTS } from "./matrix.js";
import { NORMALIZATION_GRADIENTS } from "./normalization.js";
import { PICK_GRADIENTS } from "./pick.js";
import { POOL_GRADIENTS } from "./pool.js";
import { REDUCTION_GRADIENTS } from "./reduction.js";
import { RESIZE_GRADIENTS } from "./resize.js";

export const GRADIENTS: ReadonlyMap<string, GradientRow> = new Map(
  [
    ELEMENTWISE_GRADIENTS,
    ACTIVATION_GRADIENTS,
    MATRIX_GRADIENTS,
    CONVOLUTION_GRADIENTS,
    POOL_GRADIENTS,
    RESIZE_GRADIENTS,
    REDUCTION_GRADIENTS,
    LAYOUT_GRADIENTS,
    PICK_GRADIENTS,
    NORMALIZATION_GRADIENTS,
    LOSS_GRADIENTS,
    ATTENTION_GRADIENTS,
  ].flatMap((group) => Object.entries(group)),
);
