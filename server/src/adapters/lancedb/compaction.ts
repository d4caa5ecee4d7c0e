import type { Table } from '@lancedb/lancedb';
import { TABLE_NAMES, type Tables } from './tables.ts';
import type { VectorTables } from './vector-tables.ts';
import type { WritePlan } from './write-plan.ts';

/** Rows outside the full-text indexes are found slowly and their scores do not compare: this many call for a fold. */
const MAX_UNINDEXED_ROWS = 200;
/** Each write leaves files behind that every read has to open. */
const MAX_WRITES_BETWEEN_COMPACTIONS = 200;
/** A fold takes 0.1 s in a small index, 5 s in 100,000 passages: the next one waits this many times as long. */
const COMPACTION_PAUSE_FACTOR = 4;

/** Keeps small writes folded together and the indexes up to date. All of it runs while nobody writes. */
export interface Compaction {
  /** Counts what a write brought. */
  countWrite(plan: WritePlan): void;
  /** Whether enough was written and enough time has gone by. */
  isDue(): boolean;
  run(): Promise<void>;
}

/** Rows that a run which was cut off left outside the full-text indexes. */
export async function countUnindexedRows(tables: Tables): Promise<number> {
  const stats = await Promise.all(
    [tables.passages, tables.outlines].map((table) => table.indexStats('terms_idx')),
  );
  return stats.reduce((sum, indexStats) => sum + (indexStats?.numUnindexedRows ?? 0), 0);
}

/** `reads` are the calls that read the tables now; `left` counts rows outside the indexes at the start. */
export function createCompaction(
  tables: Tables,
  vectors: VectorTables,
  reads: ReadonlySet<Promise<unknown>>,
  unindexedAtStart: number,
): Compaction {
  const waitForReads = () => Promise.allSettled(reads);
  const optimize = async (table: Table) => {
    const cleanupOlderThan = (await table.listVersions()).at(-1)?.timestamp ?? new Date(0);
    await table.optimize({ cleanupOlderThan, deleteUnverified: true });
  };
  let unindexed = unindexedAtStart;
  let writes = 0;
  /** The monotonic time before which no fold is due. */
  let earliestNextMs = 0;
  return {
    countWrite(plan) {
      writes += 1;
      unindexed += plan.outlines.size;
      for (const { rows } of plan.passages.values()) unindexed += rows.length;
    },
    isDue: () =>
      (unindexed >= MAX_UNINDEXED_ROWS || writes >= MAX_WRITES_BETWEEN_COMPACTIONS) &&
      performance.now() >= earliestNextMs,
    async run() {
      const startedMs = performance.now();
      unindexed = 0;
      writes = 0;
      try {
        // Reads that begin from here on see these versions or later ones; what is older may go once those of
        // before have ended. With it goes what a crash or a full disk left half-written.
        await waitForReads();
        for (const name of TABLE_NAMES) await optimize(tables[name]);
        await vectors.compact(optimize, waitForReads);
      } finally {
        earliestNextMs = performance.now() + COMPACTION_PAUSE_FACTOR * (performance.now() - startedMs);
      }
    },
  };
}
