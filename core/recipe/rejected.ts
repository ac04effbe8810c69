import type { SousError } from "../errors.js";

/**
 * A recipe that can't be used, with every problem that could be found at once, in the order of the text. Terminal until
 * the file's bytes change.
 */
export class RecipeRejected extends Error {
  override readonly name = "RecipeRejected";
  readonly kind = "terminal";

  /**
   * @param path of the file, as in the errors' positions
   * @param text of the file as far as it could be read, for showing the lines in question
   */
  constructor(
    readonly path: string,
    readonly text: string,
    readonly errors: readonly SousError[],
  ) {
    super(errors.map((error) => `${error.code}: ${error.message}`).join("\n"));
  }
}
