import type { Node, SourceFile } from "./tree.js";

export interface Violation {
  readonly path: string;
  /** From 1; 0 where the whole file is meant. */
  readonly line: number;
  readonly what: string;
}

/** One rule of the house, which sees all files at once. */
export interface Rule {
  readonly name: string;
  check(files: readonly SourceFile[]): readonly Violation[];
}

/** A rule that says of each node by itself what is wrong with it; null: nothing. */
export function nodeRule(name: string, fault: (node: Node, file: SourceFile) => string | null): Rule {
  return {
    name,
    check: (files) =>
      files.flatMap((file) =>
        file.nodes.flatMap((node) => {
          const what = fault(node, file);
          return what === null ? [] : [{ path: file.path, line: file.firstLine(node), what }];
        }),
      ),
  };
}

/** `object.property`, both by name; null for everything else. */
export function memberText({ type, object, property }: Node): string | null {
  if (type !== "MemberExpression") return null;
  const [of, name] = [object as Node, property as Node];
  return of.type === "Identifier" && name.type === "Identifier" ? `${of.value}.${name.value}` : null;
}

export function isSpec(path: string): boolean {
  return path.startsWith("spec/");
}

export function isLibrary(path: string): boolean {
  return LIBRARIES.some((folder) => path.startsWith(folder));
}

export const LIBRARIES = ["core/hyperparameter-js/", "core/onnx-train/"];
