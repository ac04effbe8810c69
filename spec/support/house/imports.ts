/** What a file imports, and where that lies. */
import { posix } from "node:path";
import type { Node, SourceFile } from "./tree.js";

export interface Import {
  readonly from: SourceFile;
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** Path of a file of this repository; null: a package or a part of Node. */
  readonly path: string | null;
  /** True where nothing of it is left when the types are gone. */
  readonly typeOnly: boolean;
  /** Names that are taken, `*` for all. */
  readonly names: readonly string[];
  readonly isExport: boolean;
}

const WITH_SOURCE = new Set(["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"]);

const known = new WeakMap<SourceFile, readonly Import[]>();

/** Found once for each file, as most rules ask. */
export function importsOf(file: SourceFile): readonly Import[] {
  const imports = known.get(file) ?? findImports(file);
  known.set(file, imports);
  return imports;
}

function findImports(file: SourceFile): Import[] {
  return file.nodes.flatMap((node) => {
    const specifier = specifierOf(node);
    if (specifier === null) return [];
    const isExport = node.type.startsWith("Export");
    const line = file.firstLine(node);
    const path = specifier.startsWith(".") ? resolved(file.path, specifier) : null;
    return [{ from: file, line, specifier, path, typeOnly: isTypeOnly(node), names: namesOf(node), isExport }];
  });
}

function specifierOf(node: Node): string | null {
  if (WITH_SOURCE.has(node.type)) return stringOf(node.source);
  if (node.type === "TsImportType") return stringOf(node.argument);
  if (node.type !== "CallExpression" || (node.callee as Node).type !== "Import") return null;
  return stringOf((node.arguments as { readonly expression: Node }[])[0]?.expression);
}

function stringOf(node: unknown): string | null {
  const { type, value } = (node ?? {}) as Node;
  return type === "StringLiteral" ? (value as string) : null;
}

function resolved(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, ".ts");
}

function isTypeOnly(node: Node): boolean {
  if (node.type === "TsImportType" || node.typeOnly === true) return true;
  const specifiers = (node.specifiers ?? []) as readonly { readonly isTypeOnly?: boolean }[];
  return specifiers.length > 0 && specifiers.every(({ isTypeOnly: only }) => only === true);
}

function namesOf(node: Node): string[] {
  const specifiers = (node.specifiers ?? []) as readonly Node[];
  return specifiers.map(({ type, imported, local }) => {
    const named = (imported ?? local) as { readonly value: string } | undefined;
    return type === "ImportSpecifier" && named ? named.value : "*";
  });
}
