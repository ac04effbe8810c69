import { formatRecipeErrors } from "../../core/recipe/format.js";
import { rejectionOf, SHORTEST } from "../support/recipes.js";

test("the caret stands below the column in every excerpt", () => {
  for (const before of [0, 1, 49, 50, 51, 120, 900]) {
    const text = `data: { source: a, target: b, ignore: [${"x".repeat(before)}], tipes: {}, key: [${"y".repeat(300)}] }\n`;
    const [, line = "", caret = ""] = formatRecipeErrors(rejectionOf(text)).split("\n");
    expect(line.slice(caret.indexOf("^"))).toMatch(/^tipes/);
    expect(line.length).toBeLessThan(110);
  }
});

test("at most 50 problems are shown, and the rest counted", () => {
  const text = SHORTEST + Array.from({ length: 60 }, (_, index) => `unknown_${index}: 1\n`).join("");
  const shown = formatRecipeErrors(rejectionOf(text));
  expect(shown.match(/RECIPE_UNKNOWN_KEY/g)).toHaveLength(50);
  expect(shown).toMatch(/\n\nand 10 more$/);
});

test("nothing in a recipe steers the terminal", () => {
  const text = `${SHORTEST}"\u001b[31m\u0007\u009b1m": 1\n# \u001b]0;title\u0007\nowner: "\\e[2J"\nmetric: "\u001b[0m"\n`;
  expect(formatRecipeErrors(rejectionOf(text))).not.toMatch(/(?!\n)\p{Cc}/u);
});
