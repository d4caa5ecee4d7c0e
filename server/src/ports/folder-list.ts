import type { FolderRule } from './disk.ts';

/** The watched folders, kept across restarts. */
export interface FolderList {
  load(): Promise<readonly FolderRule[]>;
  /** Durable once resolved. */
  save(rules: readonly FolderRule[]): Promise<void>;
}
