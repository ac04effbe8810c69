import type { Model, Tensor } from "onnx-train";

export interface Settings {
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
  readonly time: number;
  readonly batch: number;
  readonly steps: number;
  readonly every: number;
  readonly rate: number;
}

export interface Lesson {
  readonly model: Model;
  readonly data: Readonly<Record<"x" | "target" | "plan", Tensor>>;
  readonly rates: readonly number[];
}

export interface Writing {
  readonly begin: string;
  readonly count: number;
  readonly temperature: number;
  readonly seed: number;
}

export const SETTINGS: Readonly<Record<"long" | "short", Settings>>;
export function lesson(settings: Settings): Lesson;
export function learned(
  settings: Settings,
  lesson: Lesson,
): Promise<{ readonly weights: ReadonlyMap<string, Tensor>; readonly losses: readonly number[] }>;
export function written(bytes: Uint8Array, writing: Writing): Promise<string>;
