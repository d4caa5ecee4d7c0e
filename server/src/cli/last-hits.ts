import { readState, writeState } from './state-file.ts';

/** Stores the part of a printed hit that `open 2` and `export` need. */
export interface RememberedHit {
  readonly uri: string;
  readonly startMs: number;
  readonly endMs: number;
}

const STATE_FILE = 'last-hits.json';

/** Stores the hits of the last search or answer in the data folder. Losing them only loses their numbers. */
export function rememberHits(dataDir: string, hits: readonly RememberedHit[]): void {
  const rows = hits.map(({ uri, startMs, endMs }) => ({ uri, startMs, endMs }));
  writeState(dataDir, STATE_FILE, rows);
}

/** Returns all stored hits, or an empty list if they cannot be read. */
export function rememberedHits(dataDir: string): readonly RememberedHit[] {
  const hits = readState(dataDir, STATE_FILE);
  return Array.isArray(hits) && hits.every(isRememberedHit) ? hits : [];
}

/** Returns the nth stored hit, counted from 1. */
export function rememberedHit(dataDir: string, n: number): RememberedHit | undefined {
  return rememberedHits(dataDir)[n - 1];
}

function isRememberedHit(value: unknown): value is RememberedHit {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, startMs, endMs } = value as Partial<Record<keyof RememberedHit, unknown>>;
  return typeof uri === 'string' && typeof startMs === 'number' && typeof endMs === 'number';
}
