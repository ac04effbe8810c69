/** Writes docs/errors.md from the built catalogue. Run by `npm run docs:errors`; spec/errors.spec.ts checks the result. */
import { writeFile } from "node:fs/promises";
import { CATALOGUE, RETIRED } from "../dist/core/errors.js";

const INTRO = `# Errors

Every error that \`sous\` tells has a code. A code keeps its meaning for ever, and one that is retired is never used
again. Words in \`{braces}\` are filled in. The kind says what the daemon does next:

- **terminal**: it waits until the recipe's bytes, or its data, change;
- **transient**: it tries again by itself, with growing pauses;
- **fatal**: the command ends with exit status 2.

This page is written from the tables in \`core/errors/\` by \`npm run docs:errors\`.
`;

/** Markdown that shows the text as it is; what stands between backticks is left alone. */
function shown(text) {
  const escaped = text.replace(/`[^`]*`|[\\<>*_[\]]/g, (found) => (found.startsWith("`") ? found : `\\${found}`));
  return escaped.replaceAll("\n", "<br>");
}

const sections = Object.entries(CATALOGUE).map(
  ([code, { kind, message, mend }]) => `## ${code}\n\n**${kind}** — ${shown(message)}\n\n${shown(mend)}\n`,
);
const retired = RETIRED.length === 0 ? "None." : RETIRED.map((code) => `- ${code}`).join("\n");

const page = [INTRO, ...sections, `## Retired codes\n\n${retired}\n`].join("\n");
await writeFile(new URL("../docs/errors.md", import.meta.url), page);
