/**
 * Symmetric positive definite systems. A lower triangle is packed by rows: row i starts at i(i+1)/2 and has i + 1 numbers,
 * so that a row appended moves none of those before it. Loops take four rows at once, and where they can with two others:
 * six loads for eight products. Whichever they take, each number is the same sum in the same order, so it has the same bits.
 */
import { log } from "./elementary.js";

const { sqrt } = Math;

/** Where row i of a packed triangle starts; with i = n, how many numbers n rows have. */
export function rowStart(i: number): number {
  return (i * (i + 1)) >> 1;
}

/** x_j of L·x = b, by those before it; b starts at `at`. */
function solveOne(l: Float64Array, j: number, b: Float64Array, at: number): void {
  const row = rowStart(j);
  let sum = b[at + j] as number;
  for (let k = 0; k < j; k++) sum -= (b[at + k] as number) * (l[row + k] as number);
  b[at + j] = sum / (l[row + j] as number);
}

/** Takes from b_j … b_j+3 what the x before them explain. */
function reduceFour(l: Float64Array, j: number, b: Float64Array, at: number): void {
  const r0 = rowStart(j);
  const r1 = r0 + j + 1;
  const r2 = r1 + j + 2;
  const r3 = r2 + j + 3;
  const to = at + j;
  let s0 = b[to] as number;
  let s1 = b[to + 1] as number;
  let s2 = b[to + 2] as number;
  let s3 = b[to + 3] as number;
  for (let k = 0; k < j; k++) {
    const v = b[at + k] as number;
    s0 -= v * (l[r0 + k] as number);
    s1 -= v * (l[r1 + k] as number);
    s2 -= v * (l[r2 + k] as number);
    s3 -= v * (l[r3 + k] as number);
  }
  b[to] = s0;
  b[to + 1] = s1;
  b[to + 2] = s2;
  b[to + 3] = s3;
}

/** Where two right-hand sides start. */
interface Pair {
  one: number;
  other: number;
}

/** The same for two right-hand sides. */
function reduceEight(l: Float64Array, j: number, b: Float64Array, { one, other }: Pair): void {
  const r0 = rowStart(j);
  const r1 = r0 + j + 1;
  const r2 = r1 + j + 2;
  const r3 = r2 + j + 3;
  let s0 = b[one + j] as number;
  let s1 = b[one + j + 1] as number;
  let s2 = b[one + j + 2] as number;
  let s3 = b[one + j + 3] as number;
  let q0 = b[other + j] as number;
  let q1 = b[other + j + 1] as number;
  let q2 = b[other + j + 2] as number;
  let q3 = b[other + j + 3] as number;
  for (let k = 0; k < j; k++) {
    const v = b[one + k] as number;
    const w = b[other + k] as number;
    const l0 = l[r0 + k] as number;
    const l1 = l[r1 + k] as number;
    const l2 = l[r2 + k] as number;
    const l3 = l[r3 + k] as number;
    s0 -= v * l0;
    s1 -= v * l1;
    s2 -= v * l2;
    s3 -= v * l3;
    q0 -= w * l0;
    q1 -= w * l1;
    q2 -= w * l2;
    q3 -= w * l3;
  }
  b[one + j] = s0;
  b[one + j + 1] = s1;
  b[one + j + 2] = s2;
  b[one + j + 3] = s3;
  b[other + j] = q0;
  b[other + j + 1] = q1;
  b[other + j + 2] = q2;
  b[other + j + 3] = q3;
}

/** x_j … x_j+3 of L·x = b, reduced by those before them. */
function solveFour(l: Float64Array, j: number, b: Float64Array, at: number): void {
  const r0 = rowStart(j) + j;
  const r1 = r0 + j + 1;
  const r2 = r1 + j + 2;
  const r3 = r2 + j + 3;
  const to = at + j;
  const x0 = (b[to] as number) / (l[r0] as number);
  const x1 = ((b[to + 1] as number) - x0 * (l[r1] as number)) / (l[r1 + 1] as number);
  const x2 = ((b[to + 2] as number) - x0 * (l[r2] as number) - x1 * (l[r2 + 1] as number)) / (l[r2 + 2] as number);
  const x3 = (b[to + 3] as number) - x0 * (l[r3] as number) - x1 * (l[r3 + 1] as number) - x2 * (l[r3 + 2] as number);
  b[to] = x0;
  b[to + 1] = x1;
  b[to + 2] = x2;
  b[to + 3] = x3 / (l[r3 + 3] as number);
}

/** x_0 … x_n-1 of L·x = b, in place of b, which starts at `at`. */
function solveFrom(l: Float64Array, n: number, b: Float64Array, at: number): void {
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    reduceFour(l, j, b, at);
    solveFour(l, j, b, at);
  }
  for (; j < n; j++) solveOne(l, j, b, at);
}

/** The same for two right-hand sides. */
function solvePair(l: Float64Array, n: number, b: Float64Array, pair: Pair): void {
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    reduceEight(l, j, b, pair);
    solveFour(l, j, b, pair.one);
    solveFour(l, j, b, pair.other);
  }
  for (; j < n; j++) {
    solveOne(l, j, b, pair.one);
    solveOne(l, j, b, pair.other);
  }
}

/** The entry on the diagonal of a row, the others of which are those of the factor; false where it has no root. */
function solvePivot(a: Float64Array, i: number): boolean {
  const row = rowStart(i);
  let pivot = a[row + i] as number;
  for (let k = 0; k < i; k++) pivot -= (a[row + k] as number) * (a[row + k] as number);
  a[row + i] = sqrt(pivot);
  return pivot > 0;
}

/**
 * Puts L with A = L·Lᵀ in place of A, whose first `from` rows are factorized already: rows are appended at the cost of
 * their own. False where A is not positive definite; `a` is then of no use.
 */
export function factorize(a: Float64Array, n: number, from = 0): boolean {
  let i = from;
  for (; i + 2 <= n; i += 2) {
    const pair = { one: rowStart(i), other: rowStart(i + 1) };
    solvePair(a, i, a, pair);
    if (!solvePivot(a, i)) return false;
    solveOne(a, i, a, pair.other);
    if (!solvePivot(a, i + 1)) return false;
  }
  if (i < n) solveFrom(a, i, a, rowStart(i));
  return i >= n || solvePivot(a, i);
}

/** L·x = b, in place of b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  solveFrom(l, n, b, 0);
}

/** L·x = b for many b, one after another, each in its place. */
export function solveLowerEach(l: Float64Array, n: number, b: Float64Array): void {
  let at = 0;
  for (; at + 2 * n <= b.length; at += 2 * n) solvePair(l, n, b, { one: at, other: at + n });
  if (at < b.length) solveFrom(l, n, b, at);
}

/** x_i of Lᵀ·x = b, and what it takes from those before, but for the first `from`. */
function solveBack(l: Float64Array, i: number, b: Float64Array, from: number): void {
  const row = rowStart(i);
  const x = (b[i] as number) / (l[row + i] as number);
  b[i] = x;
  for (let k = from; k < i; k++) (b[k] as number) -= x * (l[row + k] as number);
}

/** What x_i … x_i+3 of Lᵀ·x = b take from those before. */
function reduceBack(l: Float64Array, i: number, b: Float64Array): void {
  const r0 = rowStart(i);
  const r1 = r0 + i + 1;
  const r2 = r1 + i + 2;
  const r3 = r2 + i + 3;
  const x0 = b[i] as number;
  const x1 = b[i + 1] as number;
  const x2 = b[i + 2] as number;
  const x3 = b[i + 3] as number;
  for (let k = 0; k < i; k++) {
    const less = (b[k] as number) - x3 * (l[r3 + k] as number) - x2 * (l[r2 + k] as number);
    b[k] = less - x1 * (l[r1 + k] as number) - x0 * (l[r0 + k] as number);
  }
}

/** Lᵀ·x = b, in place of b. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): void {
  let i = n;
  for (; i >= 4; i -= 4) {
    for (let k = i - 1; k >= i - 4; k--) solveBack(l, k, b, i - 4);
    reduceBack(l, i - 4, b);
  }
  while (--i >= 0) solveBack(l, i, b, 0);
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

/** Entry i of the columns j … j + 3 of L⁻¹; zeros above the diagonal make the four loops one. */
function invertEntry(l: Float64Array, i: number, t: Float64Array, { n, j }: Columns): void {
  const row = rowStart(i);
  const t0 = j * n;
  const t1 = t0 + n;
  const t2 = t1 + n;
  const t3 = t2 + n;
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

/** Entries i and i + 1, i ≥ j + 4. */
function invertTwoEntries(l: Float64Array, i: number, t: Float64Array, { n, j }: Columns): void {
  const row = rowStart(i);
  const next = row + i + 1;
  const t0 = j * n;
  const t1 = t0 + n;
  const t2 = t1 + n;
  const t3 = t2 + n;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  for (let k = j; k < i; k++) {
    const v = l[row + k] as number;
    const w = l[next + k] as number;
    const c0 = t[t0 + k] as number;
    const c1 = t[t1 + k] as number;
    const c2 = t[t2 + k] as number;
    const c3 = t[t3 + k] as number;
    s0 -= v * c0;
    s1 -= v * c1;
    s2 -= v * c2;
    s3 -= v * c3;
    q0 -= w * c0;
    q1 -= w * c1;
    q2 -= w * c2;
    q3 -= w * c3;
  }
  const pivot = l[row + i] as number;
  const w = l[next + i] as number;
  const below = l[next + i + 1] as number;
  t[t0 + i] = s0 / pivot;
  t[t1 + i] = s1 / pivot;
  t[t2 + i] = s2 / pivot;
  t[t3 + i] = s3 / pivot;
  t[t0 + i + 1] = (q0 - w * (t[t0 + i] as number)) / below;
  t[t1 + i + 1] = (q1 - w * (t[t1 + i] as number)) / below;
  t[t2 + i + 1] = (q2 - w * (t[t2 + i] as number)) / below;
  t[t3 + i + 1] = (q3 - w * (t[t3 + i] as number)) / below;
}

/** Four columns of an n × n matrix, from column j on. */
interface Columns {
  readonly n: number;
  readonly j: number;
}

/** Columns j … j + 3 of L⁻¹. */
function invertFour(l: Float64Array, n: number, t: Float64Array, j: number): void {
  const columns = { n, j };
  for (let c = 0; c < 4; c++) t.fill(0, (j + c) * n + j, (j + c) * n + j + 4);
  let i = j;
  for (; i < j + 4; i++) invertEntry(l, i, t, columns);
  for (; i + 2 <= n; i += 2) invertTwoEntries(l, i, t, columns);
  if (i < n) invertEntry(l, i, t, columns);
}

/** L⁻¹ transposed, n × n by rows: row j is column j of L⁻¹. What lies before the diagonal is not written. */
function invertFactor(l: Float64Array, n: number, t: Float64Array): void {
  let j = 0;
  for (; j + 4 <= n; j += 4) invertFour(l, n, t, j);
  for (; j < n; j++) invertColumn(l, n, t, j);
}

/** Where rows of L⁻¹ transposed and of the inverse start. */
interface Place {
  readonly n: number;
  readonly into: Float64Array;
}

/** (A⁻¹)_ab = Σ over k ≥ a of (L⁻¹)_ka·(L⁻¹)_kb. */
function multiplyOne(t: Float64Array, a: number, b: number, { n, into }: Place): void {
  const [ta, tb] = [a * n, b * n];
  let sum = 0;
  for (let k = a; k < n; k++) sum += (t[ta + k] as number) * (t[tb + k] as number);
  into[rowStart(a) + b] = sum;
}

/** (A⁻¹)_ab for b … b + 3. */
function multiplyFour(t: Float64Array, a: number, b: number, { n, into }: Place): void {
  const at = rowStart(a) + b;
  const ta = a * n;
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
  into[at] = s0;
  into[at + 1] = s1;
  into[at + 2] = s2;
  into[at + 3] = s3;
}

/** The same for rows a and a + 1. */
function multiplyEight(t: Float64Array, a: number, b: number, { n, into }: Place): void {
  const at = rowStart(a) + b;
  const ta = a * n;
  const tb = ta + n;
  const t0 = b * n;
  const t1 = t0 + n;
  const t2 = t1 + n;
  const t3 = t2 + n;
  const first = t[ta + a] as number;
  let s0 = first * (t[t0 + a] as number);
  let s1 = first * (t[t1 + a] as number);
  let s2 = first * (t[t2 + a] as number);
  let s3 = first * (t[t3 + a] as number);
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  for (let k = a + 1; k < n; k++) {
    const v = t[ta + k] as number;
    const w = t[tb + k] as number;
    const c0 = t[t0 + k] as number;
    const c1 = t[t1 + k] as number;
    const c2 = t[t2 + k] as number;
    const c3 = t[t3 + k] as number;
    s0 += v * c0;
    s1 += v * c1;
    s2 += v * c2;
    s3 += v * c3;
    q0 += w * c0;
    q1 += w * c1;
    q2 += w * c2;
    q3 += w * c3;
  }
  into[at] = s0;
  into[at + 1] = s1;
  into[at + 2] = s2;
  into[at + 3] = s3;
  into[at + a + 1] = q0;
  into[at + a + 1 + 1] = q1;
  into[at + a + 1 + 2] = q2;
  into[at + a + 1 + 3] = q3;
}

/** The packed lower triangle of A⁻¹ into `into`. `scratch` holds n·n numbers. About n³/3 products. */
export function invert(l: Float64Array, n: number, into: Float64Array, scratch: Float64Array): void {
  invertFactor(l, n, scratch);
  const place = { n, into };
  for (let a = 0; a < n; a++) {
    const two = a + 1 < n;
    let b = 0;
    for (; b + 4 <= a + 1; b += 4) (two ? multiplyEight : multiplyFour)(scratch, a, b, place);
    for (let c = b; c <= a; c++) multiplyOne(scratch, a, c, place);
    if (two) for (a++; b <= a; b++) multiplyOne(scratch, a, b, place);
  }
}
