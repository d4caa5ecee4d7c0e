import { createStream } from 'rotating-file-stream';

/** One thing that a user did, as a line of JSON. `time` is added. */
export interface AuditEntry {
  readonly user: string;
  readonly role: string;
  readonly address: string;
  /** How: a page or program over a WebSocket, an agent, or a file over HTTP. */
  readonly via: 'page' | 'mcp' | 'http';
  readonly method: string;
  readonly params?: unknown;
  readonly error?: number;
  readonly ms?: number;
}

export interface AuditLog {
  write(entry: AuditEntry): void;
  close(): Promise<void>;
}

export interface AuditLogOptions {
  readonly folder: string;
  /** Size at which the file is rotated, in MB, and how many rotated ones are kept. */
  readonly megabytes: number;
  readonly files: number;
  readonly isOn: () => boolean;
  readonly now: () => Date;
}

/** Members that say nothing about what was asked, or too much: a picture, and questions that have their own line. */
const OMITTED: ReadonlySet<string> = new Set([
  'image',
  'conversation',
  'workDoneToken',
  'partialResultToken',
]);
const MAX_CHARS = 2000;
const MAX_ITEMS = 50;
const MAX_DEPTH = 5;

/** Opens `audit.log`: who asked what. A file that is full is rotated to `1-audit.log` and so on. */
export function openAuditLog({ folder, megabytes, files, isOn, now }: AuditLogOptions): AuditLog {
  const stream = createStream((index) => (index ? `${index}-audit.log` : 'audit.log'), {
    path: folder,
    size: `${Math.max(1, Math.round(megabytes))}M`,
    rotate: Math.max(1, files),
    mode: 0o600,
  });
  // A full disk must not end the daemon. Lines are lost until space is free again.
  stream.on('error', () => undefined);
  stream.on('warning', () => undefined);
  return {
    write({ params, ...entry }) {
      if (!isOn()) return;
      const line = { time: now().toISOString(), ...entry, params: shorten(params, 0) };
      stream.write(`${JSON.stringify(line)}\n`);
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}

/** Returns a value without what the log omits, and with long texts and lists cut. */
function shorten(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > MAX_CHARS ? `${value.slice(0, MAX_CHARS)}...` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '...';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => shorten(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !OMITTED.has(name))
      .slice(0, MAX_ITEMS)
      .map(([name, member]) => [name, shorten(member, depth + 1)]),
  );
}
