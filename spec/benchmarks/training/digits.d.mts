export interface Digits {
  /** Pixels from 0 to 1, row by row. */
  readonly x: Float32Array;
  readonly target: BigInt64Array;
}

export interface DigitNet {
  readonly shape: readonly number[];
}

export const DIGIT_NETS: Readonly<Record<"mlp" | "cnn", DigitNet>>;
export function digits(from: number, to?: number): Digits;
export function learnedDigits(
  net: DigitNet,
  train: Digits,
  options: { readonly epochs: number; readonly batch: number },
): Promise<Uint8Array>;
export function shareRight(bytes: Uint8Array, test: Digits, net: DigitNet): Promise<number>;
