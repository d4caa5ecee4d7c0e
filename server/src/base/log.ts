import { mkdirSync } from 'node:fs';
import { pino } from 'pino';
import { createStream } from 'rotating-file-stream';
import { redactSecrets } from './redact-secrets.ts';

export type Level = 'error' | 'warn' | 'info' | 'debug';
export type Fields = Readonly<Record<string, unknown>>;

/** Writes one structured line per event. `event` is a fixed phrase; variable parts go into `fields` (job, request, uri, ms). */
export interface Log {
  error(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  debug(event: string, fields?: Fields): void;
  /** Returns a log that adds `fields` to every line. */
  with(fields: Fields): Log;
}

/** A line that passes the level, as listeners receive it. */
export interface LogLine {
  readonly level: Level;
  readonly event: string;
  readonly fields: Fields;
}

export interface LogFile {
  readonly log: Log;
  setLevel(level: Level): void;
  onLine(listener: (line: LogLine) => void): () => void;
  /** Resolves when all lines are in the file. */
  close(): Promise<void>;
}

const ignore = () => undefined;
/** Discards everything. For tests and for code that runs without a daemon. */
export const silentLog: Log = {
  error: ignore,
  warn: ignore,
  info: ignore,
  debug: ignore,
  with: () => silentLog,
};

const LEVEL_RANKS: Readonly<Record<Level, number>> = { error: 50, warn: 40, info: 30, debug: 20 };

/** Hides secrets in texts that libraries and hosts wrote. Those who know a secret have hidden it already. */
function redactFields(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? redactSecrets(value) : value,
    ]),
  );
}

/** Opens `goldfish.log` in `folder`. A file of `megabytes` MB is rotated to `1-goldfish.log` and so on, up to `files` files. */
export function openLog(
  folder: string,
  options: { readonly level: Level; readonly megabytes: number; readonly files: number },
): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stream = createStream((index) => (index ? `${index}-goldfish.log` : 'goldfish.log'), {
    path: folder,
    size: `${Math.max(1, Math.round(options.megabytes))}M`,
    rotate: Math.max(1, options.files),
    mode: 0o600,
  });
  // A full disk must not end the daemon. Lines are lost until space is free again.
  stream.on('error', ignore);
  stream.on('warning', ignore);
  const root = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const listeners = new Set<(line: LogLine) => void>();
  let level = options.level;

  const createBoundLog = (boundFields: Fields): Log => {
    const write = (eventLevel: Level, event: string, fields: Fields = {}) => {
      if (LEVEL_RANKS[eventLevel] < LEVEL_RANKS[level]) return;
      const allFields = { ...boundFields, ...fields };
      const safeFields = redactFields(allFields);
      root[eventLevel](safeFields, event);
      for (const listener of listeners) listener({ level: eventLevel, event, fields: safeFields });
    };
    return {
      error: (event, fields) => write('error', event, fields),
      warn: (event, fields) => write('warn', event, fields),
      info: (event, fields) => write('info', event, fields),
      debug: (event, fields) => write('debug', event, fields),
      with: (fields) => createBoundLog({ ...boundFields, ...fields }),
    };
  };

  return {
    log: createBoundLog({}),
    setLevel(next) {
      level = next;
      root.level = next;
    },
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}
