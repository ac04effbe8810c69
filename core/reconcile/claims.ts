/** Which file has which recipe name: at most one file a name and one name a file. */
export class Claims {
  /** File by recipe name, and the other way round. */
  readonly #files = new Map<string, string>();
  readonly #recipes = new Map<string, string>();

  take(recipe: string, file: string): void {
    this.release(file);
    this.#files.set(recipe, file);
    this.#recipes.set(file, recipe);
  }

  /** The file no longer has any name. */
  release(file: string): void {
    const recipe = this.#recipes.get(file);
    if (recipe === undefined) return;
    this.#recipes.delete(file);
    this.#files.delete(recipe);
  }

  /** The file that has the name, or null. */
  holder(recipe: string): string | null {
    return this.#files.get(recipe) ?? null;
  }
}
