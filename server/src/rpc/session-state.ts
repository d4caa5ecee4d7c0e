import type { Duplex } from 'node:stream';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import type { Access } from './access.ts';
import { type EditorCapabilities, parseCapabilities } from './language/client-capabilities.ts';
import { createDiagnosticsScheduler, type DiagnosticsScheduler } from './language/diagnostics-scheduler.ts';
import { createDocumentStore, type DocumentStore } from './language/documents.ts';
import { createNotificationQueue } from './notification-queue.ts';
import { type OpenConnection, openConnection } from './open-connection.ts';
import type { Call } from './provider.ts';
import type { Services } from './services.ts';

/** One client's session: its connection, and what it said of itself. */
export interface SessionState extends OpenConnection {
  readonly socket: Duplex;
  /** What the client may do. */
  readonly access: Access;
  readonly services: Services;
  readonly log: Log;
  readonly notify: (method: string, params: unknown) => void;
  readonly documents: DocumentStore;
  readonly diagnostics: DiagnosticsScheduler;
  /** Aborted when the session is over. */
  readonly abort: AbortController;
  /** Called once, when the session is over. */
  readonly disposers: (() => void)[];
  /** `new` until `initialize`, `shut` after `shutdown`. */
  phase: 'new' | 'open' | 'shut';
  /** Requests so far: numbers them in the log. */
  requests: number;
  editorCapabilities: EditorCapabilities;
  /** The language model of the editor; undefined unless it said that it has one. */
  editorAnswerer: Call['editorAnswerer'];
}

export function createSessionState(
  socket: Duplex,
  services: Services,
  log: Log,
  access: Access,
): SessionState {
  const open = openConnection(socket, log);
  const notify = createNotificationQueue(socket, open.connection);
  const documents = createDocumentStore();
  const diagnostics = createDiagnosticsScheduler(
    documents.documents,
    services.library,
    (params) => notify('textDocument/publishDiagnostics', params),
    (error) => log.error('diagnostics failed', { message: messageOf(error), stack: stackOf(error) }),
  );
  return {
    ...open,
    socket,
    access,
    services,
    log,
    notify,
    documents,
    diagnostics,
    abort: new AbortController(),
    disposers: [() => diagnostics.close()],
    phase: 'new',
    requests: 0,
    editorCapabilities: parseCapabilities(undefined),
    editorAnswerer: undefined,
  };
}

export function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
