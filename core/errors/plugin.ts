/** Plugins that can't be loaded, or break their contract. */
import type { ErrorRow } from "./row.js";

export const PLUGIN_ERRORS = {
  PLUGIN_IMPORT: {
    kind: "terminal",
    message: "The plugin {path} can't be imported: {reason}.",
    mend: "Mend what the message names. A plugin is an ES module; what it imports must be installed beside it.",
  },
  PLUGIN_NO_ENTRY: {
    kind: "terminal",
    message: "The plugin folder {path} has no module to begin with; looked for {tried}.",
    mend: 'Add index.ts or index.js, or name the file in the "main" of its package.json. What is no plugin belongs in another folder.',
  },
  PLUGIN_NO_EXPORT: {
    kind: "terminal",
    message: "The module {path} has no plugin as its default export.",
    mend: 'End it with `export default definePlugin({ … })`, with definePlugin from "sous". What is no plugin belongs in a folder with one.',
  },
  PLUGIN_CONTRACT: {
    kind: "terminal",
    message:
      "The plugin {plugin} ({path}) was made for version {found} of the plugin contract; this sous has version {supported}.",
    mend: "Install a version of the plugin made for this sous, or a sous of its age.",
  },
  PLUGIN_NAME: {
    kind: "terminal",
    message: "The plugin file {path} has a {what} with the name {name}.",
    mend: "Names are 1 to 64 lower-case letters, digits, _ and -, and begin with a letter.",
  },
  PLUGIN_CLASH: {
    kind: "terminal",
    message: "The plugin {plugin} ({path}) has a {what} named {name}, which the plugin {owner} provides already.",
    mend: "Give it another name, or take one of the two plugins away.",
  },
  PLUGIN_SHAPE: {
    kind: "terminal",
    message:
      "In the plugin {plugin} ({path}), {what} is not what the contract says: expected {expected}, found {found}.",
    mend: "docs/plugins.md has the contracts; the kit in sous/testing checks all of them.",
  },
  PLUGIN_NONCONFORMING: {
    kind: "terminal",
    message: "The plugin breaks {count} rules of its contract:\n{findings}",
    mend: "Each line says how to mend what it found.",
  },
  PLUGIN_STEP: {
    kind: "terminal",
    message: "The plugin {plugin} failed in {step}: {reason}.",
    mend: "Mend the plugin. What it had begun was undone, and the other plugins are loaded.",
  },

  PLUGIN_FATAL: {
    kind: "terminal",
    message: "The plugin {path} can't be loaded: {reason}",
    mend: "Mend what it does when it is imported or started; a module that defines a plugin does nothing else.",
  },
} as const satisfies Record<string, ErrorRow>;
