/**
 * Names that nothing of the kind has yet: the one asked for, or that with a number. It remembers how far each has counted, so
 * that a hundred thousand of one name take no longer than of as many.
 */
export function freshNames(taken: Iterable<string>): (wanted: string) => string {
  const names = new Set(taken);
  const counts = new Map<string, number>();
  return (wanted) => {
    let name = wanted;
    for (let count = counts.get(wanted) ?? 1; names.has(name); count++) {
      name = `${wanted}_${count}`;
      counts.set(wanted, count + 1);
    }
    names.add(name);
    return name;
  };
}
