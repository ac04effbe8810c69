/** Random numbers for benchmarks, apart from the library's, so that no problem depends on what it measures. */

/** Uniform numbers in [0, 1) by address: mulberry32 over a hash of the keys. */
export function uniforms(...keys) {
  let state = 0x9e3779b9;
  for (const character of JSON.stringify(keys)) {
    state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
    state ^= state >>> 15;
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normals by Box and Muller, one of each pair. */
export function normals(...keys) {
  const uniform = uniforms(...keys);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A random d × d orthogonal matrix, as rows: Gram and Schmidt on normals. */
export function rotation(d, ...keys) {
  const normal = normals("rotation", d, ...keys);
  const rows = [];
  while (rows.length < d) {
    const row = Array.from({ length: d }, normal);
    for (const other of rows) {
      const along = dot(row, other);
      for (let j = 0; j < d; j++) row[j] -= along * other[j];
    }
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((entry) => entry / length));
  }
  return rows;
}

export function dot(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/** Matrix (rows) times vector. */
export function times(rows, x) {
  return rows.map((row) => dot(row, x));
}
