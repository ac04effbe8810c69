export function rotation(d: number, ...keys: (number | string)[]): number[][];
