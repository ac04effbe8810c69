/** Cholesky factors of symmetric positive definite matrices, row by row: Golub and Van Loan, Matrix Computations, §4.2. */

/** The lower factor of a matrix of which the lower triangle is read; in place. */
export function factorise(matrix: Float64Array, side: number): Float64Array {
  for (let row = 0; row < side; row++) {
    for (let column = 0; column <= row; column++) {
      const sum = (matrix[row * side + column] as number) - dotRows(matrix, row * side, column * side, column);
      if (row === column) matrix[row * side + row] = Math.sqrt(sum);
      else matrix[row * side + column] = sum / (matrix[column * side + column] as number);
    }
  }
  return matrix;
}

/** x of L Lᵀ x = b. */
export function solve(lower: Float64Array, b: Float64Array): Float64Array {
  const side = b.length;
  const x = b.slice();
  for (let row = 0; row < side; row++) {
    let sum = x[row] as number;
    for (let k = 0; k < row; k++) sum -= (lower[row * side + k] as number) * (x[k] as number);
    x[row] = sum / (lower[row * side + row] as number);
  }
  for (let row = side - 1; row >= 0; row--) {
    const value = (x[row] as number) / (lower[row * side + row] as number);
    x[row] = value;
    for (let k = 0; k < row; k++) x[k] = (x[k] as number) - (lower[row * side + k] as number) * value;
  }
  return x;
}

function dotRows(matrix: Float64Array, a: number, b: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (matrix[a + k] as number) * (matrix[b + k] as number);
  return sum;
}
