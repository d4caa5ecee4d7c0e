import { z } from 'zod';
import { edited } from '../../linking/edits.ts';
import { type Lines, linesOf } from '../../linking/lines.ts';
import { range } from './feature.ts';

/** UTF-16 units; longer documents have no features until they are opened anew. */
const LENGTH = 2 * 1024 * 1024;
/** Open at once; of more, those opened last have no features. */
const COUNT = 500;

export interface OpenDocument {
  readonly uri: string;
  /** `markdown`, `org`, ... as the editor names it. */
  readonly languageId: string;
  readonly text: string;
  readonly version: number;
  readonly lines: Lines;
}

/** The documents that a session's editor has open. */
export type Documents = ReadonlyMap<string, OpenDocument>;

const uri = z.string().max(32_768);
const opened = z.object({
  textDocument: z.object({
    uri,
    text: z.string(),
    version: z.int(),
    languageId: z.string().max(200).catch(''),
  }),
});
const changed = z.object({
  textDocument: z.object({ uri, version: z.int() }),
  contentChanges: z.array(z.object({ text: z.string(), range: range.optional() })),
});
const closed = z.object({ textDocument: z.object({ uri }) });

export interface DocumentStore {
  readonly documents: Documents;
  /** Takes a notification and returns which document it changed; undefined for any other, and for a broken one. */
  take(method: string, params: unknown): string | undefined;
}

export function createDocumentStore(): DocumentStore {
  const documents = new Map<string, OpenDocument>();
  const put = (document: Omit<OpenDocument, 'lines'>) => {
    const { uri: at, text } = document;
    if (text.length > LENGTH || (documents.size >= COUNT && !documents.has(at))) documents.delete(at);
    else documents.set(at, { ...document, lines: linesOf(text) });
    return at;
  };
  return {
    documents,
    take(method, params) {
      if (method === 'textDocument/didOpen') {
        const { data } = opened.safeParse(params);
        return data && put(data.textDocument);
      }
      if (method === 'textDocument/didChange') {
        const { data } = changed.safeParse(params);
        if (data === undefined) return undefined;
        const { contentChanges } = data;
        const { version, uri: at } = data.textDocument;
        const before = documents.get(at);
        // What was left out for its length is known again only where it is told whole.
        if (before === undefined && contentChanges.every((change) => change.range !== undefined))
          return undefined;
        const { text, languageId } = before ?? { text: '', languageId: '' };
        put({ uri: at, languageId, version, text: edited(text, contentChanges) });
        return at;
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
