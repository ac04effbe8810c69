import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Kitchen, kitchen, refusal, take } from "./support.js";

const BAD = fileURLToPath(new URL("../fixtures/data/sources/bad/", import.meta.url));

const MEND_HEADER = "Give every column a name of its own; names that differ only in letter case count as the same.";
const MEND_ROW = "Mend the line; a field with a comma, a quote or a line break in it must stand in double quotes.";
const MEND_FILE = "Mend the file there, or write it again with the program that made it.";
const MEND_EMPTY = "Write the data into it (a CSV file begins with a line of column names), or narrow data.source.";
const MEND_FORMAT =
  "Check that the file is whole, of the format that its name says, and readable for the daemon's user.";
const MEND_UTF8 = "Convert it, for instance with `iconv -f WINDOWS-1252 -t UTF-8`.";

/** What a person reads for each file of the folder. */
const MESSAGES: readonly (readonly [name: string, message: string])[] = [
  ["empty.csv", `DATA_FILE_EMPTY: The data file empty.csv is empty. ${MEND_EMPTY}`],
  ["blank.csv", `DATA_FILE_EMPTY: The data file blank.csv is empty. ${MEND_EMPTY}`],
  ["header-only.csv", "DATA_NO_ROWS: The data files have column names but no rows. Add rows, or mend data.source."],
  ["short-row.csv", `DATA_RAGGED: Line 3 of short-row.csv has 2 fields where the header has 3. ${MEND_ROW}`],
  ["long-row.csv", `DATA_RAGGED: Line 3 of long-row.csv has 4 fields where the header has 3. ${MEND_ROW}`],
  ["latin1.csv", `DATA_NOT_UTF8: The data file latin1.csv is not UTF-8 text (line 2). ${MEND_UTF8}`],
  ["latin1-header.csv", `DATA_NOT_UTF8: The data file latin1-header.csv is not UTF-8 text (line 1). ${MEND_UTF8}`],
  ["twice.csv", `DATA_BAD_HEADER: The column names of twice.csv can't be used: "a" stands there twice. ${MEND_HEADER}`],
  [
    "case.csv",
    `DATA_BAD_HEADER: The column names of case.csv can't be used: "Age" and "age" differ only in letter case. ${MEND_HEADER}`,
  ],
  [
    "open-header.csv",
    `DATA_BAD_HEADER: The column names of open-header.csv can't be used: a quoted name is not closed. ${MEND_HEADER}`,
  ],
  [
    "open-quote.csv",
    `DATA_MALFORMED: The data file open-quote.csv can't be read (line 2): a quoted field is not closed, or text follows its closing quote. ${MEND_FILE}`,
  ],
  [
    "mixed-ends.csv",
    `DATA_MALFORMED: The data file mixed-ends.csv can't be read: line ends are of two kinds, or a quoted field is not closed. ${MEND_FILE}`,
  ],
  ["no-target.csv", "DATA_NO_COLUMN: There is no column y, which data.target names. The columns are: a, b, label."],
  [
    "not-gzip.csv.gz",
    `DATA_UNREADABLE: The data file not-gzip.csv.gz can't be read: incorrect header check. ${MEND_FORMAT}`,
  ],
  [
    "not-parquet.parquet",
    `DATA_UNREADABLE: The data file not-parquet.parquet can't be read: File 'not-parquet.parquet' too small to be a Parquet file. ${MEND_FORMAT}`,
  ],
  [
    "torn.jsonl",
    `DATA_MALFORMED: The data file torn.jsonl can't be read (line 3): unexpected end of data. ${MEND_FILE}`,
  ],
  [
    "twice.jsonl",
    `DATA_MALFORMED: The data file twice.jsonl can't be read (line 1): Object {"a":1,"a":2,"y":0} has duplicate key "a". ${MEND_FILE}`,
  ],
  ["latin1.jsonl", `DATA_NOT_UTF8: The data file latin1.jsonl is not UTF-8 text. ${MEND_UTF8}`],
];

describe("a bad data file", () => {
  let place: Kitchen;
  beforeAll(async () => {
    place = await kitchen();
  });
  afterAll(() => place.remove());

  it.each(MESSAGES)("%s", async (name, message) => {
    await copyFile(join(BAD, name), join(place.folder, name));
    expect(await refusal(take(place, { data: { source: [name] } }))).toBe(message);
  });

  it("leaves nothing behind", async () => {
    expect(await readdir(place.artifacts)).toEqual([]);
  });
});
