import type { FolderRule } from './disk.ts';

/** Stores the watched folders across restarts. */
export interface FolderList {
  load(): Promise<readonly FolderRule[]>;
  /** Saves all rules; durable once resolved. */
  save(rules: readonly FolderRule[]): Promise<void>;
}
