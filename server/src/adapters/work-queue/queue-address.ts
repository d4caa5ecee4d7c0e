/** Address of a queue engine, as set by `work.queue` or `--queue`. */
export interface QueueAddress {
  readonly engine: 'redis' | 'postgres';
  readonly url: string;
  /** For display: without user name and password. */
  readonly label: string;
}

const ENGINES: Readonly<Record<string, QueueAddress['engine']>> = {
  'redis:': 'redis',
  'rediss:': 'redis',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
};

/** Parses an address. Returns undefined if it is none of a queue engine. */
export function parseQueueAddress(text: string): QueueAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const engine = ENGINES[url.protocol];
  if (engine === undefined || url.hostname === '') return undefined;
  return { engine, url: text, label: `${url.protocol}//${url.host}${url.pathname}` };
}
