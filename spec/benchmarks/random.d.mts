export function uniforms(...keys: (number | string)[]): () => number;
export function rotation(d: number, ...keys: (number | string)[]): number[][];
