/** The repository's own TypeScript, parsed by swc: TypeScript 7 has no compiler API. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";

const ROOT = join(import.meta.dirname, "../../..");
/** What is looked through, from the root. */
export const FOLDERS = ["core", "plugins", "workers", "spec"];
const LEFT_OUT = new Set(["node_modules", "dist", "fixtures"]);

/** swc's node of a syntax tree, which its types have in part only. */
export interface Node {
  readonly type: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly [member: string]: unknown;
}

export interface SourceFile {
  /** From the root, with "/". */
  readonly path: string;
  readonly text: string;
  readonly nodes: readonly Node[];
  /** From 1. */
  firstLine(node: Node): number;
  lastLine(node: Node): number;
}

/** Paths of all files below these folders, from the root, but built ones, packages and fixtures. */
export function pathsIn(folders: readonly string[]): string[] {
  const under = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter(({ name }) => !LEFT_OUT.has(name))
      .flatMap((entry) => (entry.isDirectory() ? under(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]));
  return folders.flatMap(under).sort();
}

export function readTree(paths: readonly string[]): SourceFile[] {
  return paths
    .filter((path) => path.endsWith(".ts"))
    .map((path) => parsed(path, readFileSync(join(ROOT, path), "utf8")));
}

export function parsed(path: string, text: string): SourceFile {
  const module = parseSync(text, { syntax: "typescript", decorators: true });
  const bytes = Buffer.from(text);
  // Spans count bytes from 1, and end behind the last one.
  const lineOf = (offset: number) =>
    bytes
      .subarray(0, offset - 1)
      .toString("latin1")
      .split("\n").length;
  return {
    path,
    text,
    nodes: nodesIn(module.body),
    firstLine: ({ span }) => lineOf(span?.start ?? 1),
    lastLine: ({ span }) => lineOf(span?.end ?? 1),
  };
}

/** The nodes in a value and below it, parents before their children. A generator would hand each one up through all above it. */
export function nodesIn(value: unknown, found: Node[] = []): readonly Node[] {
  if (typeof value !== "object" || value === null) return found;
  if ("type" in value && typeof value.type === "string") found.push(value as Node);
  for (const member of Object.values(value)) nodesIn(member, found);
  return found;
}

export function linesOf({ text }: SourceFile): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
