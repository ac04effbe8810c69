/**
 * What changes a recipe's standing is done one after the other: a person's order may come while a finalist is judged, and
 * a version's number, the log and the files have to agree.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when all that was asked for before it on this recipe is done, whatever came of it. */
  take<T>(recipe: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(recipe) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => {}); // told to whoever asked; the next turn is not its concern
    this.#last.set(recipe, settled);
    void settled.then(() => {
      if (this.#last.get(recipe) === settled) this.#last.delete(recipe);
    });
    return turn;
  }
}
