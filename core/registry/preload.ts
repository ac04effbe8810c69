/** Loaded with `--import` by every process and thread that imports plugins of the user's own; see hooks.ts. */
import { register } from "node:module";

register("./hooks.js", import.meta.url);
