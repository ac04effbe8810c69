/**
 * Symmetric positive definite systems. A lower triangle is packed by rows: row i starts at i(i+1)/2 and has i + 1 numbers,
 * so that a row appended moves none of those before it. Loops take four rows at once: one load for four products.
 */
import { log } from "./elementary.js";

const { sqrt } = Math;

/** Where row i of a packed triangle starts; with i = n, how many numbers n rows have. */
export function rowStart(i: number): number {
  return (i * (i + 1)) / 2;
}

/** One entry L_ij, j < i, of the row that is being factorized. */
function reduceEntry(a: Float64Array, row: number, j: number): void {
  const other = rowStart(j);
  let sum = a[row + j] as number;
  for (let k = 0; k < j; k++) sum -= (a[row + k] as number) * (a[other + k] as number);
  a[row + j] = sum / (a[other + j] as number);
}

/** Entries L_ij … L_i,j+3, j + 3 < i. */
function reduceFour(a: Float64Array, row: number, j: number): void {
  const r0 = rowStart(j);
  const r1 = r0 + j + 1;
  const r2 = r1 + j + 2;
  const r3 = r2 + j + 3;
  let s0 = a[row + j] as number;
  let s1 = a[row + j + 1] as number;
  let s2 = a[row + j + 2] as number;
  let s3 = a[row + j + 3] as number;
  for (let k = 0; k < j; k++) {
    const v = a[row + k] as number;
    s0 -= v * (a[r0 + k] as number);
    s1 -= v * (a[r1 + k] as number);
    s2 -= v * (a[r2 + k] as number);
    s3 -= v * (a[r3 + k] as number);
  }
  const x0 = s0 / (a[r0 + j] as number);
  const x1 = (s1 - x0 * (a[r1 + j] as number)) / (a[r1 + j + 1] as number);
  const x2 = (s2 - x0 * (a[r2 + j] as number) - x1 * (a[r2 + j + 1] as number)) / (a[r2 + j + 2] as number);
  const x3 = s3 - x0 * (a[r3 + j] as number) - x1 * (a[r3 + j + 1] as number) - x2 * (a[r3 + j + 2] as number);
  a[row + j] = x0;
  a[row + j + 1] = x1;
  a[row + j + 2] = x2;
  a[row + j + 3] = x3 / (a[r3 + j + 3] as number);
}

/**
 * Puts L with A = L·Lᵀ in place of A, whose first `from` rows are factorized already: rows are appended at the cost of
 * their own. False where A is not positive definite; `a` is then of no use.
 */
export function factorize(a: Float64Array, n: number, from = 0): boolean {
  for (let i = from; i < n; i++) {
    const row = rowStart(i);
    let j = 0;
    for (; j + 4 <= i; j += 4) reduceFour(a, row, j);
    for (; j < i; j++) reduceEntry(a, row, j);
    let pivot = a[row + i] as number;
    for (let k = 0; k < i; k++) pivot -= (a[row + k] as number) * (a[row + k] as number);
    if (!(pivot > 0)) return false;
    a[row + i] = sqrt(pivot);
  }
  return true;
}

/** L·x = b, in place of b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const r0 = rowStart(i);
    const r1 = r0 + i + 1;
    const r2 = r1 + i + 2;
    const r3 = r2 + i + 3;
    let s0 = b[i] as number;
    let s1 = b[i + 1] as number;
    let s2 = b[i + 2] as number;
    let s3 = b[i + 3] as number;
    for (let k = 0; k < i; k++) {
      const v = b[k] as number;
      s0 -= v * (l[r0 + k] as number);
      s1 -= v * (l[r1 + k] as number);
      s2 -= v * (l[r2 + k] as number);
      s3 -= v * (l[r3 + k] as number);
    }
    const x0 = s0 / (l[r0 + i] as number);
    const x1 = (s1 - x0 * (l[r1 + i] as number)) / (l[r1 + i + 1] as number);
    const x2 = (s2 - x0 * (l[r2 + i] as number) - x1 * (l[r2 + i + 1] as number)) / (l[r2 + i + 2] as number);
    const x3 = s3 - x0 * (l[r3 + i] as number) - x1 * (l[r3 + i + 1] as number) - x2 * (l[r3 + i + 2] as number);
    b[i] = x0;
    b[i + 1] = x1;
    b[i + 2] = x2;
    b[i + 3] = x3 / (l[r3 + i + 3] as number);
  }
  for (; i < n; i++) {
    const row = rowStart(i);
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= (b[k] as number) * (l[row + k] as number);
    b[i] = sum / (l[row + i] as number);
  }
}

/** Lᵀ·x = b, in place of b. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = rowStart(i);
    const x = (b[i] as number) / (l[row + i] as number);
    b[i] = x;
    for (let k = 0; k < i; k++) (b[k] as number) -= x * (l[row + k] as number);
  }
}

/** log det A = 2·Σ log L_ii */
export function logDeterminant(l: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += log(l[rowStart(i) + i] as number);
  return 2 * sum;
}

/** One column of L⁻¹ as row j of `t`, from its diagonal on. */
function invertColumn(l: Float64Array, n: number, t: Float64Array, j: number): void {
  const at = j * n;
  t[at + j] = 1 / (l[rowStart(j) + j] as number);
  for (let i = j + 1; i < n; i++) {
    const row = rowStart(i);
    let sum = 0;
    for (let k = j; k < i; k++) sum -= (l[row + k] as number) * (t[at + k] as number);
    t[at + i] = sum / (l[row + i] as number);
  }
}

/** Columns j … j + 3 of L⁻¹; zeros above the diagonal make the four loops one. */
function invertFour(l: Float64Array, n: number, t: Float64Array, j: number): void {
  const t0 = j * n;
  const t1 = t0 + n;
  const t2 = t1 + n;
  const t3 = t2 + n;
  for (let c = 0; c < 4; c++) t.fill(0, t0 + c * n + j, t0 + c * n + j + 4);
  for (let i = j; i < n; i++) {
    const row = rowStart(i);
    let s0 = i === j ? 1 : 0;
    let s1 = i === j + 1 ? 1 : 0;
    let s2 = i === j + 2 ? 1 : 0;
    let s3 = i === j + 3 ? 1 : 0;
    for (let k = j; k < i; k++) {
      const v = l[row + k] as number;
      s0 -= v * (t[t0 + k] as number);
      s1 -= v * (t[t1 + k] as number);
      s2 -= v * (t[t2 + k] as number);
      s3 -= v * (t[t3 + k] as number);
    }
    const pivot = l[row + i] as number;
    t[t0 + i] = s0 / pivot;
    t[t1 + i] = s1 / pivot;
    t[t2 + i] = s2 / pivot;
    t[t3 + i] = s3 / pivot;
  }
}

/** L⁻¹ transposed, n × n by rows: row j is column j of L⁻¹. What lies before the diagonal is not written. */
function invertFactor(l: Float64Array, n: number, t: Float64Array): void {
  let j = 0;
  for (; j + 4 <= n; j += 4) invertFour(l, n, t, j);
  for (; j < n; j++) invertColumn(l, n, t, j);
}

/** Row a of the inverse up to its diagonal: Σ over k ≥ a of (L⁻¹)_ka·(L⁻¹)_kb for each b. */
function multiplyRow(t: Float64Array, n: number, a: number, into: Float64Array): void {
  const ta = a * n;
  const at = rowStart(a);
  let b = 0;
  for (; b + 4 <= a + 1; b += 4) {
    const t0 = b * n;
    const t1 = t0 + n;
    const t2 = t1 + n;
    const t3 = t2 + n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = a; k < n; k++) {
      const v = t[ta + k] as number;
      s0 += v * (t[t0 + k] as number);
      s1 += v * (t[t1 + k] as number);
      s2 += v * (t[t2 + k] as number);
      s3 += v * (t[t3 + k] as number);
    }
    into[at + b] = s0;
    into[at + b + 1] = s1;
    into[at + b + 2] = s2;
    into[at + b + 3] = s3;
  }
  for (; b <= a; b++) {
    let sum = 0;
    for (let k = a; k < n; k++) sum += (t[ta + k] as number) * (t[b * n + k] as number);
    into[at + b] = sum;
  }
}

/** The packed lower triangle of A⁻¹ into `into`. `scratch` holds n·n numbers. About n³/3 products. */
export function invert(l: Float64Array, n: number, into: Float64Array, scratch: Float64Array): void {
  invertFactor(l, n, scratch);
  for (let a = 0; a < n; a++) multiplyRow(scratch, n, a, into);
}
