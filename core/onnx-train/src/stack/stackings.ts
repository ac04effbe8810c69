/** The table of stackings: one row per operator of which the inputs may differ between models. */
import { ATTENTION_STACKINGS } from "./attention.js";
import { AXES_STACKINGS } from "./axes.js";
import { ELEMENTWISE_STACKINGS } from "./elementwise.js";
import { LAYOUT_STACKINGS } from "./layout.js";
import { LOSS_STACKINGS } from "./loss.js";
import { MATRIX_STACKINGS } from "./matrix.js";
import { NORMALIZATION_STACKINGS } from "./normalization.js";
import { POINTS_STACKINGS } from "./points.js";
import type { StackingRow } from "./site.js";
import { WINDOW_STACKINGS } from "./window.js";

export const STACKINGS: ReadonlyMap<string, StackingRow> = new Map(
  [
    ELEMENTWISE_STACKINGS,
    MATRIX_STACKINGS,
    WINDOW_STACKINGS,
    AXES_STACKINGS,
    LAYOUT_STACKINGS,
    POINTS_STACKINGS,
    NORMALIZATION_STACKINGS,
    ATTENTION_STACKINGS,
    LOSS_STACKINGS,
  ].flatMap((group) => Object.entries(group)),
);
