/** A string literal for LanceDB's SQL: quotes are doubled, nothing else is special. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `column IN (...)`; false for no values. */
export function inCondition(column: string, values: Iterable<string>): string {
  const list = [...values].map(quote).join(', ');
  return list === '' ? 'false' : `${column} IN (${list})`;
}

/** Long lists are asked in parts, so that no statement grows without bound. */
export function toParts<T>(values: Iterable<T>, size: number): T[][] {
  const allValues = [...values];
  const result: T[][] = [];
  for (let start = 0; start < allValues.length; start += size)
    result.push(allValues.slice(start, start + size));
  return result;
}
