import { connect } from '@lancedb/lancedb';

/**
 * Reads all tables of an index, by name: rows as JSON, sorted. Equal results mean equal indexes, whatever the order of
 * their writes. The daemon must have ended.
 */
export async function readIndexTables(
  address: string,
  storageOptions: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, readonly string[]>>> {
  const connection = await connect(address, { storageOptions: { ...storageOptions } });
  const tables: Record<string, readonly string[]> = {};
  for (const name of await connection.tableNames()) {
    const table = await connection.openTable(name);
    const rows = await table.query().toArray();
    tables[name] = rows.map((row) => JSON.stringify(toPlain(row.toJSON()))).sort();
    table.close();
  }
  connection.close();
  return tables;
}

function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, item]) => [key, sortMembers(item)]));
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  // A column of JSON. The order of its members says in which order stages ended.
  if (typeof value === 'string' && value.startsWith('{')) return sortMembers(JSON.parse(value));
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Symbol.iterator in value) return [...(value as Iterable<unknown>)].map(toPlain);
  const plain = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value;
  return Object.fromEntries(Object.entries(plain).map(([key, item]) => [key, toPlain(item)]));
}
