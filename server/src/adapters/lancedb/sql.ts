/** Quotes a string literal for LanceDB's SQL. Quotes are doubled; no other character is special. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Returns `column IN (...)`, or `false` without values. */
export function inCondition(column: string, values: Iterable<string>): string {
  const list = [...values].map(quote).join(', ');
  return list === '' ? 'false' : `${column} IN (${list})`;
}

/** Splits a long list, so that no statement grows without limit. */
export function toParts<T>(values: Iterable<T>, size: number): T[][] {
  const allValues = [...values];
  const result: T[][] = [];
  for (let start = 0; start < allValues.length; start += size)
    result.push(allValues.slice(start, start + size));
  return result;
}
