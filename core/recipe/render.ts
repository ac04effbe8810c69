import { Document, isCollection, isPair, isScalar, type Node, visit } from "yaml";
import { writeDuration, writeSize } from "../quantities.js";
import type { Recipe } from "./recipe.js";

/** The whole recipe with every default filled in, as YAML that reads back as the same recipe. */
export function renderYaml(recipe: Recipe): string {
  const { budget } = recipe;
  const written = {
    ...recipe,
    budget: {
      ...budget,
      wall: budget.wall === null ? null : writeDuration(budget.wall),
      per_trial_wall: writeDuration(budget.per_trial_wall),
      memory: writeSize(budget.memory),
    },
  };
  const document = new Document(written, YAML);
  // sections stand on lines of their own; lists and options fit on one
  visit(document, (_, node, path) => {
    if (isCollection(node) && path.length > SECTION) node.flow = node.items.every(isFlat);
  });
  return document.toString({ lineWidth: 0 });
}

/** A text or number as it may stand in a recipe. */
export function renderScalar(value: string | number): string {
  return new Document(value, YAML).toString({ lineWidth: 0 }).trimEnd();
}

/** `compat`: quotes around words such as `yes`, which readers of YAML 1.1 take for booleans. */
const YAML = { version: "1.2", compat: "yaml-1.1", aliasDuplicateObjects: false } as const;

/** Length of the path to a section: the document, its mapping, the section's pair. */
const SECTION = 3;

function isFlat(item: unknown): boolean {
  const value = isPair(item) ? item.value : item;
  return isScalar(value as Node) || (isCollection(value) && value.items.length === 0);
}
