/** The one list of what ships with `sous`. Only the composition roots (`core/cli`, `workers/host.ts`'s tasks) import it. */
import type { Plugin } from "../core/plugin/index.js";

export interface BuiltIn {
  readonly plugin: Plugin;
  /** URL of the plugin's module; its bytes make its digest. */
  readonly url: string;
}

export const BUILTINS: readonly BuiltIn[] = [];
