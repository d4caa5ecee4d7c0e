import { z } from 'zod';

/** UTF-16 units; longer documents have no features. */
const LENGTH = 1024 * 1024;
/** Open at once; of more, those opened last have no features. */
const COUNT = 500;

export interface OpenDocument {
  readonly text: string;
  readonly version: number;
}

/** The documents that a session's editor has open. */
export type Documents = ReadonlyMap<string, OpenDocument>;

const uri = z.string().max(32_768);
const opened = z.object({ textDocument: z.object({ uri, text: z.string(), version: z.int() }) });
const changed = z.object({
  textDocument: z.object({ uri, version: z.int() }),
  contentChanges: z.array(z.object({ text: z.string() })).min(1),
});
const closed = z.object({ textDocument: z.object({ uri }) });

export interface DocumentStore {
  readonly documents: Documents;
  /** Takes a notification and returns which document it changed; undefined for any other, and for a broken one. */
  take(method: string, params: unknown): string | undefined;
}

/** Documents are sent whole with each change: notes are short. */
export function createDocumentStore(): DocumentStore {
  const documents = new Map<string, OpenDocument>();
  const put = (at: string, document: OpenDocument) => {
    if (document.text.length > LENGTH || (documents.size >= COUNT && !documents.has(at)))
      documents.delete(at);
    else documents.set(at, document);
    return at;
  };
  return {
    documents,
    take(method, params) {
      if (method === 'textDocument/didOpen') {
        const { data } = opened.safeParse(params);
        return data && put(data.textDocument.uri, data.textDocument);
      }
      if (method === 'textDocument/didChange') {
        const { data } = changed.safeParse(params);
        const text = data?.contentChanges.at(-1)?.text;
        if (data === undefined || text === undefined) return undefined;
        return put(data.textDocument.uri, { text, version: data.textDocument.version });
      }
      if (method === 'textDocument/didClose') {
        const { data } = closed.safeParse(params);
        if (data !== undefined) documents.delete(data.textDocument.uri);
        return data?.textDocument.uri;
      }
      return undefined;
    },
  };
}
