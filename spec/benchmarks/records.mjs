/** Records of a CSV file, quotes and line breaks in them included. */
export function recordsOf(text) {
  const records = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    if (text[at] !== "\n" || quoted) continue;
    records.push(text.slice(from, at).replace(/\r$/, ""));
    from = at + 1;
  }
  if (from < text.length) records.push(text.slice(from));
  return records;
}
