/**
 * Arguments for Node, of a forked process or a worker thread, with which it can import plugins from outside: in
 * TypeScript, with decorators, and with the host's copies of what they share (hooks.ts).
 */
export function pluginExecArgv(): string[] {
  return ["--import", new URL("./preload.js", import.meta.url).href];
}
