import { definePlugin } from "../../core/plugin/index.js";
import { Csv } from "./csv.js";
import { JsonLines } from "./jsonl.js";
import { Parquet } from "./parquet.js";

export default definePlugin({
  name: "sources",
  version: "1.0.0",
  sources: [{ useClass: Csv }, { useClass: Parquet }, { useClass: JsonLines }],
});
