import type { PublishDiagnosticsParams } from 'vscode-languageserver-protocol';
import type { Documents } from './documents.ts';
import { type DiagnosticsLibrary, findLinkProblems } from './link-diagnostics.ts';

/** Limits checks after library changes to one thirtieth of the time: each waits 30 times the cost of the last. */
const COST_FACTOR = 30;

export interface DiagnosticsScheduler {
  /** Reports that a document was opened, changed or closed. */
  documentChanged(uri: string): void;
  /** Reports that videos may have been added, moved or measured. Open documents are checked again, at a limited rate. */
  libraryChanged(): void;
  close(): void;
}

/**
 * Publishes the link problems of open documents. Checks one document at a time, always its newest text, and never
 * publishes the same result twice. A failed check is reported to `onFault` and leaves the document without
 * diagnostics.
 */
export function createDiagnosticsScheduler(
  documents: Documents,
  library: DiagnosticsLibrary,
  publish: (params: PublishDiagnosticsParams) => void,
  onFault: (error: unknown) => void,
): DiagnosticsScheduler {
  const pendingUris = new Set<string>();
  const publishedDiagnostics = new Map<string, string>();
  const closeController = new AbortController();
  let staleController = new AbortController();
  let currentUri: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let costMs = 0;

  const publishIfChanged = (
    uri: string,
    version: number | undefined,
    diagnostics: PublishDiagnosticsParams['diagnostics'],
  ) => {
    const key = JSON.stringify([version, diagnostics]);
    if (publishedDiagnostics.get(uri) === key) return;
    if (version === undefined) publishedDiagnostics.delete(uri);
    else publishedDiagnostics.set(uri, key);
    publish({ uri, version, diagnostics });
  };

  const checkDocument = async (uri: string) => {
    const document = documents.get(uri);
    if (document === undefined) return publishIfChanged(uri, undefined, []);
    const signal = AbortSignal.any([closeController.signal, staleController.signal]);
    const problems = await findLinkProblems(document, library, signal);
    publishIfChanged(
      uri,
      document.version,
      problems.map(({ diagnostic }) => diagnostic),
    );
  };

  const runPending = async () => {
    const startMs = performance.now();
    for (const [uri] of pendingUris.entries()) {
      pendingUris.delete(uri);
      currentUri = uri;
      staleController = new AbortController();
      await checkDocument(uri).catch((error: unknown) => {
        if (!staleController.signal.aborted && !closeController.signal.aborted) onFault(error);
      });
    }
    currentUri = undefined;
    costMs = performance.now() - startMs;
  };

  const schedule = (uris: Iterable<string>) => {
    for (const uri of uris) pendingUris.add(uri);
    if (currentUri === undefined && pendingUris.size > 0) void runPending();
  };

  return {
    documentChanged(uri) {
      if (uri === currentUri) staleController.abort();
      schedule([uri]);
    },
    libraryChanged() {
      if (documents.size === 0 || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        schedule(documents.keys());
      }, costMs * COST_FACTOR);
    },
    close() {
      clearTimeout(timer);
      pendingUris.clear();
      closeController.abort();
    },
  };
}
