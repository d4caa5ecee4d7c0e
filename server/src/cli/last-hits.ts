import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `open 2` and `export` need of the hits that were printed last. */
export interface RememberedHit {
  readonly uri: string;
  readonly startMs: number;
  readonly endMs: number;
}

const fileIn = (dataDir: string) => join(dataDir, 'last-hits.json');

/** Keeps the hits of the last search or answer in the data folder. Losing them loses only their numbers. */
export function rememberHits(dataDir: string, hits: readonly RememberedHit[]): void {
  const kept = hits.map(({ uri, startMs, endMs }) => ({ uri, startMs, endMs }));
  const file = fileIn(dataDir);
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(draft, JSON.stringify(kept), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // A full or read-only disk must not fail a search.
  }
}

/** All of them; none where they cannot be read. */
export function rememberedHits(dataDir: string): readonly RememberedHit[] {
  try {
    const hits: unknown = JSON.parse(readFileSync(fileIn(dataDir), 'utf8'));
    return Array.isArray(hits) && hits.every(isRemembered) ? hits : [];
  } catch {
    return [];
  }
}

/** The nth of them, from 1. */
export function rememberedHit(dataDir: string, n: number): RememberedHit | undefined {
  return rememberedHits(dataDir)[n - 1];
}

function isRemembered(value: unknown): value is RememberedHit {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, startMs, endMs } = value as Partial<Record<keyof RememberedHit, unknown>>;
  return typeof uri === 'string' && typeof startMs === 'number' && typeof endMs === 'number';
}
