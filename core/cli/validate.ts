import { formatRecipeErrors } from "../recipe/format.js";
import { readRecipe } from "../recipe/read.js";
import { RecipeRejected } from "../recipe/rejected.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { locateRecipe } from "./located.js";
import { short } from "./narrator.js";
import { openKit } from "./open.js";

/** `sous validate <recipe...>`: every problem of every file; reads no data. */
export async function validate(given: readonly string[], console: Console): Promise<number> {
  let status: number = EXIT.ok;
  for (const one of given) {
    const { home, path } = locateRecipe(one);
    const kit = await openKit(home, (text) => console.error(text));
    try {
      const { recipe, digest } = await readRecipe(short(path), {
        descriptors: kit.descriptors,
        roots: kit.configuration.roots,
      });
      console.line(`${one}: valid; recipe ${recipe.name}, digest ${digest.slice(0, 12)}`);
    } catch (error) {
      if (!(error instanceof RecipeRejected)) throw error;
      console.error(formatRecipeErrors(error));
      status = EXIT.invalid;
    } finally {
      await kit.close();
    }
  }
  return status;
}
