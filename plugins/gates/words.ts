/** Numbers and lists as the sentences of gates have them. */
import type { Json } from "../../core/plugin/index.js";

/** Three significant digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

export function counted(rows: number): string {
  return rows.toLocaleString("en-US");
}

/** One decimal of a percentage. */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** "3 slices", "1 slice" */
export function many(count: number, noun: string): string {
  return `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** The first few of a list, and how many more there are. */
export function some(names: readonly string[], most = 3): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${counted(more)} more` : names.join(", ");
}

/** Text from data or from a recipe, cut where it is long, so that it leaves room for the numbers. */
export function brief(text: string, most = 40): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}

/** Figures with null for what isn't a finite number, which the log could not keep. */
export function finite(figures: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  const entries = Object.entries(figures).map(([key, value]) => {
    return [key, typeof value === "number" && !Number.isFinite(value) ? null : value] as const;
  });
  return Object.fromEntries(entries);
}
