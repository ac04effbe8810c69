/**
 * Module hooks for plugins from outside, which Node runs on a thread of its own (`module.register`).
 *
 * A plugin must meet the host's copies of these: tsyringe keeps decorated classes in a table of its copy ("TypeInfo not
 * known for …" with two), and `instanceof LearnerFailure` holds for one copy only.
 */
import { readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";
import type { Options } from "@swc/core";

const SHARED = new Set(["sous", "sous/testing", "tsyringe", "reflect-metadata", "hyperparameter-js", "onnx-train"]);
const TYPESCRIPT = /\.m?ts$/;

const OPTIONS: Options = {
  swcrc: false,
  configFile: false,
  jsc: {
    parser: { syntax: "typescript", decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: "es2022",
    keepClassNames: true,
  },
  module: { type: "es6" },
  sourceMaps: "inline",
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (SHARED.has(specifier)) return next(specifier, { ...context, parentURL: import.meta.url });
  try {
    return await next(specifier, context);
  } catch (error) {
    const source = sourceOf(specifier, context.parentURL);
    if (source === null) throw error;
    return await next(source, context);
  }
};

/** `./x.js` in TypeScript means the file that will be x.js: x.ts. */
function sourceOf(specifier: string, parent: string | undefined): string | null {
  const relative = specifier.startsWith("./") || specifier.startsWith("../");
  if (!relative || !TYPESCRIPT.test(parent ?? "")) return null;
  return specifier.replace(/\.(m?)js$/, ".$1ts");
}

export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith("file:") || !TYPESCRIPT.test(url)) return next(url, context);
  return { format: "module", source: await compiled(fileURLToPath(url)), shortCircuit: true };
};

async function compiled(filename: string): Promise<string> {
  // Loaded when first needed: its binary takes 40 MB, and most homes have no TypeScript.
  const { transform } = await import("@swc/core");
  const source = await readFile(filename, "utf8");
  const { code } = await transform(source, { ...OPTIONS, filename }).catch((error: Error) => {
    throw new SyntaxError(inOneLine(error.message));
  });
  return code;
}

/** swc draws the place over many lines; its first says what is wrong, and the one that begins with `,-[` where. */
function inOneLine(message: string): string {
  const [, what] = /^\s*x (.*)$/m.exec(message) ?? [];
  const [, where] = /,-\[(.*):\d+\]/.exec(message) ?? [];
  return what === undefined || where === undefined ? message : `${what} (${where})`;
}
