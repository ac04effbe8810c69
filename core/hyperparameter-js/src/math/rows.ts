/**
 * Products of a square matrix, n × n and row-major, with a vector of n. Four rows at a time: each sum is formed in the order
 * of a plain loop, to the same bits, but four of them don't wait for each other, nor for what was just written.
 */

/** Σ_k weights[k] · row k */
export function combineRows(rows: Float64Array, weights: Float64Array, into: Float64Array): void {
  const n = weights.length;
  const fours = n - (n % 4);
  into.fill(0);
  for (let k = 0; k < fours; k += 4) {
    const a = weights[k] as number;
    const b = weights[k + 1] as number;
    const c = weights[k + 2] as number;
    const d = weights[k + 3] as number;
    for (let j = 0, at = k * n; j < n; j++, at++)
      into[j] =
        (into[j] as number) +
        a * (rows[at] as number) +
        b * (rows[at + n] as number) +
        c * (rows[at + 2 * n] as number) +
        d * (rows[at + 3 * n] as number);
  }
  for (let k = fours; k < n; k++)
    for (let j = 0, at = k * n; j < n; j++, at++)
      into[j] = (into[j] as number) + (weights[k] as number) * (rows[at] as number);
}

/** The scalar product of each row with the vector. */
export function projectOnRows(rows: Float64Array, vector: Float64Array, into: Float64Array): void {
  const n = vector.length;
  const fours = n - (n % 4);
  for (let k = 0; k < fours; k += 4) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0, at = k * n; j < n; j++, at++) {
      const x = vector[j] as number;
      a += (rows[at] as number) * x;
      b += (rows[at + n] as number) * x;
      c += (rows[at + 2 * n] as number) * x;
      d += (rows[at + 3 * n] as number) * x;
    }
    into[k] = a;
    into[k + 1] = b;
    into[k + 2] = c;
    into[k + 3] = d;
  }
  for (let k = fours; k < n; k++) {
    let sum = 0;
    for (let j = 0, at = k * n; j < n; j++, at++) sum += (rows[at] as number) * (vector[j] as number);
    into[k] = sum;
  }
}
