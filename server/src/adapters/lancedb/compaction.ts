import type { Table } from '@lancedb/lancedb';
import { TABLE_NAMES, type Tables } from './tables.ts';
import type { VectorTables } from './vector-tables.ts';
import type { WritePlan } from './write-plan.ts';

/**
 * Rows outside the full-text indexes that trigger a compaction: finding them is slow, and their scores are not
 * comparable. A compaction of a larger index costs more, so it waits for more rows, up to what a search can bear.
 */
const MIN_UNINDEXED_ROWS = 400;
const MAX_UNINDEXED_ROWS = 2_000;
const UNINDEXED_SHARE = 0.1;
/** Writes that trigger a compaction. Each write leaves files that every read must open. */
const MAX_WRITES_BETWEEN_COMPACTIONS = 200;
/**
 * Pause after a compaction, as a multiple of its duration. It takes 0.1 s in a small index, 5 s with 100,000
 * passages.
 */
const COMPACTION_PAUSE_FACTOR = 4;
/**
 * Age up to which older versions stay on storage that others read, ms: readers show a version until they refresh, and a
 * reader on a slow network must finish. Their clocks do not count: the writer's clock dates versions.
 */
const SHARED_VERSIONS_MS = 15 * 60_000;

/** Merges small writes and keeps the indexes up to date, while nobody writes. */
export interface Compaction {
  /** Counts the rows of a write. */
  countWrite(plan: WritePlan): void;
  /** Returns whether enough was written and enough time has passed. */
  isDue(): boolean;
  run(): Promise<void>;
}

/** Counts rows outside the full-text indexes, left there by an interrupted compaction. */
export async function countUnindexedRows(tables: Tables): Promise<number> {
  const stats = await Promise.all(
    [tables.passages, tables.outlines].map((table) => table.indexStats('terms_idx')),
  );
  return stats.reduce((sum, indexStats) => sum + (indexStats?.numUnindexedRows ?? 0), 0);
}

export interface CompactionOptions {
  /** Returns the tables that are open now. */
  readonly open: () => { readonly tables: Tables; readonly vectors: VectorTables };
  /** The calls that currently read the tables. */
  readonly reads: ReadonlySet<Promise<unknown>>;
  /** Number of rows outside the indexes. */
  readonly unindexedRows: number;
  /** Whether other processes read the index, so that older versions and files of unknown use must stay a while. */
  readonly isShared: boolean;
  /** Called before each commit. Rejects if this process may not write now. */
  readonly beforeStep: () => Promise<void>;
}

export function createCompaction(options: CompactionOptions): Compaction {
  const { open, reads, isShared, beforeStep } = options;
  const waitForReads = () => Promise.allSettled(reads);
  const optimize = async (table: Table) => {
    await beforeStep();
    if (isShared) {
      await table.optimize({ cleanupOlderThan: new Date(Date.now() - SHARED_VERSIONS_MS) });
      return;
    }
    const cleanupOlderThan = (await table.listVersions()).at(-1)?.timestamp ?? new Date(0);
    await table.optimize({ cleanupOlderThan, deleteUnverified: true });
  };
  let { unindexedRows } = options;
  let writes = 0;
  /** Passages when last compacted. */
  let passageCount = 0;
  const rowLimit = () =>
    Math.min(MAX_UNINDEXED_ROWS, Math.max(MIN_UNINDEXED_ROWS, UNINDEXED_SHARE * passageCount));
  /** Monotonic time before which no compaction is due. */
  let earliestNextMs = 0;
  return {
    countWrite(plan) {
      writes += 1;
      unindexedRows += plan.outlines.size;
      for (const { rows } of plan.passages.values()) unindexedRows += rows.length;
    },
    isDue: () =>
      (unindexedRows >= rowLimit() || writes >= MAX_WRITES_BETWEEN_COMPACTIONS) &&
      performance.now() >= earliestNextMs,
    async run() {
      const startedMs = performance.now();
      unindexedRows = 0;
      writes = 0;
      const { tables, vectors } = open();
      try {
        // Reads that start from here on see these versions or later ones. Older versions can go once all
        // earlier reads have ended. This also removes files that a crash or a full disk left half-written.
        await waitForReads();
        for (const name of TABLE_NAMES) await optimize(tables[name]);
        await vectors.compact(optimize, waitForReads);
        passageCount = await tables.passages.countRows();
      } finally {
        earliestNextMs = performance.now() + COMPACTION_PAUSE_FACTOR * (performance.now() - startedMs);
      }
    },
  };
}
