/**
 * Globs as data sources use them, on readdir alone (node:fs has globs from Node 22 on). `*` and `?` stay inside one
 * name, `**` crosses folders, `[a-c]` and `[!a-c]` are one character, `{a,b}` is either. As in a shell, wildcards never match
 * names that begin with a dot, and `**` follows no symbolic links, so that a loop of links can't hang it.
 */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { lookAt } from "../artifacts/look.js";

/** Absolute paths of the files (never folders) that match any of the patterns, sorted, without repeats. */
export async function expandGlobs(folder: string, patterns: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns.flatMap(alternatives)) {
    const start = isAbsolute(pattern) ? "/" : resolve(folder);
    for (const path of await walk(start, pattern.split("/").filter(meaningful))) found.add(path);
  }
  return [...found].sort();
}

/** `a{b,c}` as `ab` and `ac`; braces may nest, and those without a comma are plain characters. */
function alternatives(pattern: string): string[] {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (match === null) return [pattern];
  const before = pattern.slice(0, match.index);
  const after = pattern.slice(match.index + match[0].length);
  return (match[1] ?? "").split(",").flatMap((choice) => alternatives(`${before}${choice}${after}`));
}

function meaningful(segment: string): boolean {
  return segment !== "" && segment !== ".";
}

async function walk(path: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return lookAt(path)?.isFile() ? [path] : [];
  if (segment === "**") return walkDeep(path, rest);
  if (!/[*?[]/.test(segment)) return walk(join(path, segment), rest);
  const wanted = expression(segment);
  const names = (await entries(path)).map(({ name }) => name).filter((name) => visible(name, segment));
  const paths = names.filter((name) => wanted.test(name)).map((name) => walk(join(path, name), rest));
  return (await Promise.all(paths)).flat();
}

async function walkDeep(path: string, rest: readonly string[]): Promise<string[]> {
  const folders = (await entries(path)).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const below = folders.map(({ name }) => walkDeep(join(path, name), rest));
  return [await walk(path, rest.length === 0 ? ["*"] : rest), ...(await Promise.all(below))].flat();
}

function visible(name: string, segment: string): boolean {
  return !name.startsWith(".") || segment.startsWith(".");
}

async function entries(path: string): Promise<Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch(() => []); // no such folder: nothing matches
}

function expression(segment: string): RegExp {
  const source = segment.replace(/\[[!^]?\]?[^\]]*\]|[\s\S]/g, (part) => {
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 1) return part.replace(/^\[!/, "[^").replace(/\\/g, "\\\\");
    return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "u");
}
