export function ecdfArea(curve: readonly number[]): number;
