import type { Scan, Source } from "../../core/plugin/index.js";
import { paths } from "./sql.js";

/**
 * JSON Lines, or one JSON array of objects. Every value is read as the text that stands in the file (a string without
 * its quotes), so that 1 in one row stays 1 when a later row says 1.5; objects and arrays stay JSON text.
 */
export class JsonLines implements Source {
  readonly name = "jsonl";
  readonly extensions = [".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz"];
  readonly options = { type: "object", properties: {}, additionalProperties: false };

  scan(files: readonly string[]): Scan {
    // maximum_depth 1 keeps every value as JSON; sample_size −1 finds members that only late rows have.
    const values = `read_json(${paths(files)}, maximum_depth = 1, sample_size = -1, union_by_name = true)`;
    return { kind: "sql", typed: false, relation: `(select columns(*) ->> '$' from ${values})` };
  }
}
