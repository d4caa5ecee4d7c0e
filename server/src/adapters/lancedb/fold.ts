import type { Table } from '@lancedb/lancedb';
import type { WritePlan } from './plan.ts';
import { TABLE_NAMES, type Tables } from './tables.ts';
import type { Vectors } from './vectors.ts';

/** Rows outside the full-text indexes are found slowly and their scores do not compare: this many call for a fold. */
const UNINDEXED_ROWS = 200;
/** Each write leaves files behind that every read has to open. */
const WRITES = 200;
/** A fold takes 0.1 s in a small index, 5 s in 100,000 passages: the next one waits this many times as long. */
const FOLD_REST = 4;

/** Keeps small writes folded together and the indexes up to date. All of it runs while nobody writes. */
export interface Fold {
  /** Counts what a write brought. */
  note(plan: WritePlan): void;
  /** Whether enough was written and enough time has gone by. */
  due(): boolean;
  run(): Promise<void>;
}

/** Rows that a run which was cut off left outside the full-text indexes. */
export async function unindexedRows(tables: Tables): Promise<number> {
  const stats = await Promise.all([tables.passages, tables.outlines].map((it) => it.indexStats('terms_idx')));
  return stats.reduce((sum, it) => sum + (it?.numUnindexedRows ?? 0), 0);
}

/** `reads` are the calls that read the tables now; `left` counts rows outside the indexes at the start. */
export function createFold(
  tables: Tables,
  vectors: Vectors,
  reads: ReadonlySet<Promise<unknown>>,
  left: number,
): Fold {
  const quiet = () => Promise.allSettled(reads);
  const optimize = async (table: Table) => {
    const cleanupOlderThan = (await table.listVersions()).at(-1)?.timestamp ?? new Date(0);
    await table.optimize({ cleanupOlderThan, deleteUnverified: true });
  };
  let unindexed = left;
  let writes = 0;
  /** The monotonic time before which no fold is due. */
  let rested = 0;
  return {
    note(plan) {
      writes += 1;
      unindexed += plan.outlines.size;
      for (const { rows } of plan.passages.values()) unindexed += rows.length;
    },
    due: () => (unindexed >= UNINDEXED_ROWS || writes >= WRITES) && performance.now() >= rested,
    async run() {
      const start = performance.now();
      unindexed = 0;
      writes = 0;
      try {
        // Reads that begin from here on see these versions or later ones; what is older may go once those of
        // before have ended. With it goes what a crash or a full disk left half-written.
        await quiet();
        for (const name of TABLE_NAMES) await optimize(tables[name]);
        await vectors.fold(optimize, quiet);
      } finally {
        rested = performance.now() + FOLD_REST * (performance.now() - start);
      }
    },
  };
}
