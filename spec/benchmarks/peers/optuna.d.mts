import type { OptunaStudy } from "hyperparameter-js";

export function describeStudy(study: OptunaStudy): unknown;
export function readDescription(text: string): unknown[];
