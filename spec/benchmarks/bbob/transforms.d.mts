type Vector = readonly number[];

export function along(i: number, d: number): number;
export function scales(alpha: number, d: number): number[];
export function oscillate(x: number): number;
export function skew(beta: number, x: Vector): number[];
export function penalty(x: Vector): number;
export function scaled(diagonal: Vector, x: Vector): number[];
