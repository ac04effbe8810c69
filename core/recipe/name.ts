/** The name of a recipe, which becomes a folder under `models/`. */

const FILE_NAME = /^(.+)\.recipe\.(?:yaml|yml|json)$/;
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Devices of Windows, whatever their ending: no folder there can have these names. */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** The file's name up to `.recipe`, or null where it isn't named as a recipe. */
export function stemOf(fileName: string): string | null {
  return FILE_NAME.exec(fileName)?.[1] ?? null;
}

/** Why this can't be a recipe's name, or null. */
export function nameFault(name: string): string | null {
  if (!NAME.test(name)) return "it isn't 1 to 64 lower-case letters, digits, - and _, with a letter or digit first";
  return DEVICES.test(name) ? "it is the name of a device on Windows" : null;
}
