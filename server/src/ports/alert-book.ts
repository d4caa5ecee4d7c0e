import type { Alert, AlertMatch } from '../core/domain/alert.ts';

/** What is added to the log at once: marks of rows that were compared with all alerts, and what matched. */
export interface AlertLogEntry {
  readonly marks: readonly string[];
  readonly matches: readonly AlertMatch[];
}

/** Stores alerts and what has matched them. It is separate from the index, so that rebuilding that notifies nobody again. */
export interface AlertBook {
  load(): Promise<{ readonly alerts: readonly Alert[]; readonly log: AlertLogEntry }>;
  /** Replaces all alerts. Durable once resolved. */
  save(alerts: readonly Alert[]): Promise<void>;
  /** Durable once resolved. */
  append(entry: AlertLogEntry): Promise<void>;
}
