import { readIndexTables } from '../support/index-tables.ts';

/** Differences between an index and one that was made from the same folder without interruption. */
export interface IndexDifference {
  /** Rows that only the clean index has. */
  readonly lost: readonly string[];
  /** Rows that only this index has. */
  readonly stale: readonly string[];
  /** Keys that occur twice in this index. */
  readonly duplicated: readonly string[];
}

/** What depends on the past of a file and not on what it is. */
const PAST_MEMBERS = ['formerUris', 'digest'];
const KEYS: Readonly<Record<string, string>> = { copies: 'uri', outlines: 'uri', videos: 'videoId' };

type Row = Readonly<Record<string, unknown>>;

/** Compares two indexes row by row. Both daemons must have ended. */
export async function compareIndexes(actual: string, clean: string): Promise<IndexDifference> {
  const [actualRows, cleanRows] = await Promise.all([readRows(actual), readRows(clean)]);
  const keys = actualRows.map(({ key }) => key);
  const texts = (rows: typeof actualRows) => new Set(rows.map(({ text }) => text));
  const [actualTexts, cleanTexts] = [texts(actualRows), texts(cleanRows)];
  return {
    lost: [...cleanTexts].filter((text) => !actualTexts.has(text)),
    stale: [...actualTexts].filter((text) => !cleanTexts.has(text)),
    duplicated: keys.filter((key, at) => keys.indexOf(key) !== at),
  };
}

async function readRows(folder: string): Promise<readonly { readonly key: string; readonly text: string }[]> {
  const tables = await readIndexTables(folder);
  return Object.entries(tables).flatMap(([table, rows]) =>
    rows.map((row) => {
      const cells = JSON.parse(row) as Row;
      return {
        key: `${table} ${String(cells[KEYS[table] ?? 'id'])}`,
        text: `${table} ${JSON.stringify({ ...cells, ...withoutPast(cells.body) })}`,
      };
    }),
  );
}

function withoutPast(body: unknown): Row {
  if (typeof body !== 'object' || body === null) return {};
  return { body: Object.fromEntries(Object.entries(body).filter(([name]) => !PAST_MEMBERS.includes(name))) };
}
