import type { Scan, Source } from "../../core/plugin/index.js";
import { paths } from "./sql.js";

/** Apache Parquet. The columns keep the types of the file; a column that a file lacks is missing in its rows. */
export class Parquet implements Source {
  readonly name = "parquet";
  readonly extensions = [".parquet", ".pq"];
  readonly options = { type: "object", properties: {}, additionalProperties: false };

  scan(files: readonly string[]): Scan {
    return { kind: "sql", typed: true, relation: `read_parquet(${paths(files)}, union_by_name = true)` };
  }
}
