/** Quoting for the relations that the sources of this folder build. */

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function string(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A list of paths that DuckDB takes as they are; it would expand `*`, `?` and `[` in them. */
export function paths(files: readonly string[]): string {
  return `[${files.map((file) => string(file.replace(/[*?[]/g, "[$&]"))).join(", ")}]`;
}
