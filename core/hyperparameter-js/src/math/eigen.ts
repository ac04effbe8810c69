/**
 * Eigenvalues and eigenvectors of a real symmetric matrix: Householder's reduction to tridiagonal form, then QL with
 * implicit shifts. Golub and Van Loan, "Matrix computations" (4th ed.), §8.3; about 5·n³ operations.
 */
const { abs, sqrt } = Math;

export interface Eigen {
  /** Eigenvalues, rising. */
  readonly values: Float64Array;
  /** Row k is the unit eigenvector of value k: n × n, row-major. */
  readonly vectors: Float64Array;
}

/** QL needs two or three sweeps a value; NaN or infinities in the matrix would never end. */
const SWEEPS = 60;

/** Takes H = I − factor·v·vᵀ from both sides of the block behind column k; v stays in that column, below the diagonal. */
function reflectBlock(a: Float64Array, n: number, k: number, factor: number): void {
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let i = k + 1; i < n; i++) v[i] = a[i * n + k] as number;
  let along = 0;
  for (let i = k + 1; i < n; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += (a[i * n + j] as number) * (v[j] as number);
    w[i] = factor * sum;
    along += factor * sum * (v[i] as number);
  }
  for (let i = k + 1; i < n; i++) (w[i] as number) -= 0.5 * factor * along * (v[i] as number);
  for (let i = k + 1; i < n; i++) {
    const [vi, wi] = [v[i] as number, w[i] as number];
    for (let j = k + 1; j < n; j++) (a[i * n + j] as number) -= vi * (w[j] as number) + wi * (v[j] as number);
  }
}

/** Leaves the tridiagonal form in `diagonal` and `beside`; Householder's vectors below the diagonal of `a`. */
function tridiagonalise(a: Float64Array, n: number, diagonal: Float64Array, beside: Float64Array): Float64Array {
  const factors = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    diagonal[k] = a[k * n + k] as number;
    if (k + 1 >= n) break;
    let square = 0;
    for (let i = k + 1; i < n; i++) square += (a[i * n + k] as number) ** 2;
    const head = a[(k + 1) * n + k] as number;
    const tail = square - head * head;
    beside[k] = head;
    if (k + 2 >= n || tail <= 0) continue;
    const length = head > 0 ? -sqrt(square) : sqrt(square);
    beside[k] = length;
    a[(k + 1) * n + k] = head - length;
    factors[k] = 1 / (square - head * length);
    reflectBlock(a, n, k, factors[k] as number);
  }
  return factors;
}

/** The product of the reflections, transposed, so that its rows become the eigenvectors. */
function accumulate(a: Float64Array, n: number, factors: Float64Array): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const v = new Float64Array(n);
  for (let k = n - 3; k >= 0; k--) {
    const factor = factors[k] as number;
    if (factor === 0) continue;
    for (let j = k + 1; j < n; j++) v[j] = a[j * n + k] as number;
    for (let row = (k + 1) * n; row < n * n; row += n) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += (q[row + j] as number) * (v[j] as number);
      sum *= factor;
      for (let j = k + 1; j < n; j++) (q[row + j] as number) -= sum * (v[j] as number);
    }
  }
  return q;
}

interface Tridiagonal {
  readonly n: number;
  readonly diagonal: Float64Array;
  /** beside[i] is between i and i + 1; the last one is 0. */
  readonly beside: Float64Array;
  readonly vectors: Float64Array;
}

/** Turns rows i and i + 1 into each other by an angle, given its cosine and sine. */
function rotateRows({ vectors, n }: Tridiagonal, i: number, c: number, s: number): void {
  for (let at = i * n, end = at + n; at < end; at++) {
    const upper = vectors[at] as number;
    const lower = vectors[at + n] as number;
    vectors[at + n] = s * upper + c * lower;
    vectors[at] = c * upper - s * lower;
  }
}

/** One implicit QL sweep over l … m with Wilkinson's shift. */
function sweep(tridiagonal: Tridiagonal, l: number, m: number): void {
  const { diagonal: d, beside: e } = tridiagonal;
  const [dl, el] = [d[l] as number, e[l] as number];
  const half = ((d[l + 1] as number) - dl) / (2 * el);
  const root = sqrt(half * half + 1);
  let g = (d[m] as number) - dl + el / (half + (half < 0 ? -root : root));
  let [s, c, shift] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * (e[i] as number);
    const b = c * (e[i] as number);
    const r = sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      (d[i + 1] as number) -= shift;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = (d[i + 1] as number) - shift;
    const t = ((d[i] as number) - g) * s + 2 * c * b;
    shift = s * t;
    d[i + 1] = g + shift;
    g = c * t - b;
    rotateRows(tridiagonal, i, c, s);
  }
  (d[l] as number) -= shift;
  e[l] = g;
  e[m] = 0;
}

function isSmall({ diagonal, beside }: Tridiagonal, at: number): boolean {
  return abs(beside[at] as number) <= Number.EPSILON * (abs(diagonal[at] as number) + abs(diagonal[at + 1] as number));
}

function diagonalise(tridiagonal: Tridiagonal): void {
  const { n } = tridiagonal;
  for (let l = 0; l < n; l++)
    for (let sweeps = 0; sweeps < SWEEPS; sweeps++) {
      let m = l;
      while (m < n - 1 && !isSmall(tridiagonal, m)) m++;
      if (m === l) break;
      sweep(tridiagonal, l, m);
    }
}

/** `matrix`: n × n, row-major, symmetric and finite; it isn't changed. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const factors = tridiagonalise(a, n, diagonal, beside);
  const vectors = accumulate(a, n, factors);
  diagonalise({ n, diagonal, beside, vectors });
  const order = Array.from(diagonal.keys()).sort((i, j) => (diagonal[i] as number) - (diagonal[j] as number));
  const sorted = new Float64Array(n * n);
  order.forEach((from, to) => {
    sorted.set(vectors.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, (from) => diagonal[from] as number), vectors: sorted };
}
