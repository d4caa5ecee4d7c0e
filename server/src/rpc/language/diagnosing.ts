import type { PublishDiagnosticsParams } from 'vscode-languageserver-protocol';
import type { Documents } from './documents.ts';
import { type Judged, problemsOf } from './problems.ts';

/** What looking again after a change of the library may cost: a thirtieth of the time. */
const SHARE = 30;

export interface Diagnosing {
  /** A document was opened, changed or closed. */
  changed(uri: string): void;
  /** Videos may have come, moved, been measured: what is open is looked at again, seldom enough. */
  libraryChanged(): void;
  close(): void;
}

/**
 * Publishes what is wrong with the links of open documents: one document at a time, the newest text, and nothing twice.
 * A fault in it is told to `onFault` and leaves the document without diagnostics.
 */
export function createDiagnosing(
  documents: Documents,
  library: Judged,
  publish: (params: PublishDiagnosticsParams) => void,
  onFault: (error: unknown) => void,
): Diagnosing {
  const due = new Set<string>();
  const told = new Map<string, string>();
  const closed = new AbortController();
  let stale = new AbortController();
  let current: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let costMs = 0;

  const tell = (
    uri: string,
    version: number | undefined,
    diagnostics: PublishDiagnosticsParams['diagnostics'],
  ) => {
    const key = JSON.stringify([version, diagnostics]);
    if (told.get(uri) === key) return;
    if (version === undefined) told.delete(uri);
    else told.set(uri, key);
    publish({ uri, version, diagnostics });
  };

  const look = async (uri: string) => {
    const document = documents.get(uri);
    if (document === undefined) return tell(uri, undefined, []);
    const signal = AbortSignal.any([closed.signal, stale.signal]);
    const problems = await problemsOf(document, library, signal);
    tell(
      uri,
      document.version,
      problems.map(({ diagnostic }) => diagnostic),
    );
  };

  const run = async () => {
    const started = performance.now();
    for (const [uri] of due.entries()) {
      due.delete(uri);
      current = uri;
      stale = new AbortController();
      await look(uri).catch((error: unknown) => {
        if (!stale.signal.aborted && !closed.signal.aborted) onFault(error);
      });
    }
    current = undefined;
    costMs = performance.now() - started;
  };

  const start = (uris: Iterable<string>) => {
    for (const uri of uris) due.add(uri);
    if (current === undefined && due.size > 0) void run();
  };

  return {
    changed(uri) {
      if (uri === current) stale.abort();
      start([uri]);
    },
    libraryChanged() {
      if (documents.size === 0 || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        start(documents.keys());
      }, costMs * SHARE);
    },
    close() {
      clearTimeout(timer);
      due.clear();
      closed.abort();
    },
  };
}
