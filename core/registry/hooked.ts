/** Importing this makes all later imports of the process or thread go through hooks.ts. */
import { register } from "node:module";

register("./hooks.js", import.meta.url);
