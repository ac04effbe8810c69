/** "Did you mean": the word that a misspelt one most likely stands for. */

/**
 * The candidate with the smallest Damerau-Levenshtein distance (optimal string alignment: insert, delete, replace, swap
 * of neighbours, each 1; letter case costs nothing), ties broken by code-unit order. Null when even the nearest differs
 * in more than a third of the longer word's characters, since a far guess misleads more than none.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of [...candidates].sort()) {
    const distance = alignment(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least && distance <= Math.floor(Math.max(word.length, candidate.length) / 3)) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

function alignment(a: string, b: string): number {
  let twoBack: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? at(twoBack, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(previous, j) + 1, at(row, j - 1) + 1, replace, swap));
    }
    twoBack = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
