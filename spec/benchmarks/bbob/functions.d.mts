export interface BbobFunction {
  readonly id: number;
  readonly d: number;
  readonly instance: number;
  /** Where `at` is `minimum`, its least value. */
  readonly minimizer: readonly number[];
  readonly minimum: number;
  readonly at: (x: readonly number[]) => number;
}

export const GROUPS: readonly { readonly name: string; readonly ids: readonly number[] }[];
export function bbob(id: number, d: number, instance: number): BbobFunction;
