import { recipeSchema } from "../recipe/schema.js";
import { findHome } from "../reconcile/home.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { openKit } from "./open.js";

/** `sous schema`: the JSON Schema of recipes, with the options of every plugin that this home has. */
export async function schema(options: { readonly home: string }, console: Console): Promise<number> {
  const kit = await openKit(findHome(options.home), (text) => console.error(text));
  try {
    console.line(JSON.stringify(recipeSchema(kit.descriptors), null, 2));
    return EXIT.ok;
  } finally {
    await kit.close();
  }
}
