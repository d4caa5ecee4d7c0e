/** A string literal for LanceDB's SQL: quotes are doubled, nothing else is special. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `column IN (...)`; false for no values. */
export function oneOf(column: string, values: Iterable<string>): string {
  const list = [...values].map(quote).join(', ');
  return list === '' ? 'false' : `${column} IN (${list})`;
}

/** Long lists are asked in parts, so that no statement grows without bound. */
export function parts<T>(values: Iterable<T>, size: number): T[][] {
  const all = [...values];
  const out: T[][] = [];
  for (let from = 0; from < all.length; from += size) out.push(all.slice(from, from + size));
  return out;
}
