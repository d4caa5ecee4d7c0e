import { z } from 'zod';
import { applyEdits } from '../../linking/apply-edits.ts';
import { createLineIndex, type LineIndex } from '../../linking/line-index.ts';
import { rangeSchema } from './schemas.ts';

/** Maximum length in UTF-16 units. Longer documents have no features until they are opened again. */
const MAX_DOCUMENT_CHARS = 2 * 1024 * 1024;
/** Maximum number of open documents. Those opened after that have no features. */
const MAX_OPEN_DOCUMENTS = 500;

export interface OpenDocument {
  readonly uri: string;
  /** `markdown`, `org`, ... as the editor names it. */
  readonly languageId: string;
  readonly text: string;
  readonly version: number;
  readonly lines: LineIndex;
}

/** The documents that a session's editor has open. */
export type Documents = ReadonlyMap<string, OpenDocument>;

const uriSchema = z.string().max(32_768);
const didOpenSchema = z.object({
  textDocument: z.object({
    uri: uriSchema,
    text: z.string(),
    version: z.int(),
    languageId: z.string().max(200).catch(''),
  }),
});
const didChangeSchema = z.object({
  textDocument: z.object({ uri: uriSchema, version: z.int() }),
  contentChanges: z.array(z.object({ text: z.string(), range: rangeSchema.optional() })),
});
const didCloseSchema = z.object({ textDocument: z.object({ uri: uriSchema }) });

export interface DocumentStore {
  readonly documents: Documents;
  /** Takes a notification and returns which document it changed; undefined for any other, and for a broken one. */
  applyNotification(method: string, params: unknown): string | undefined;
}

export function createDocumentStore(): DocumentStore {
  const documents = new Map<string, OpenDocument>();
  const setDocument = (document: Omit<OpenDocument, 'lines'>) => {
    const { uri: documentUri, text } = document;
    if (
      text.length > MAX_DOCUMENT_CHARS ||
      (documents.size >= MAX_OPEN_DOCUMENTS && !documents.has(documentUri))
    )
      documents.delete(documentUri);
    else documents.set(documentUri, { ...document, lines: createLineIndex(text) });
    return documentUri;
  };
  return {
    documents,
    applyNotification(method, params) {
      if (method === 'textDocument/didOpen') {
        const { data } = didOpenSchema.safeParse(params);
        return data && setDocument(data.textDocument);
      }
      if (method === 'textDocument/didChange') {
        const { data } = didChangeSchema.safeParse(params);
        if (data === undefined) return undefined;
        const { contentChanges } = data;
        const { version, uri: documentUri } = data.textDocument;
        const previous = documents.get(documentUri);
        // A document that was too long is served again only once the client sends its whole text.
        if (previous === undefined && contentChanges.every((change) => change.range !== undefined))
          return undefined;
        const { text, languageId } = previous ?? { text: '', languageId: '' };
        setDocument({ uri: documentUri, languageId, version, text: applyEdits(text, contentChanges) });
        return documentUri;
      }
      if (method === 'textDocument/didClose') {
        const { data } = didCloseSchema.safeParse(params);
        if (data !== undefined) documents.delete(data.textDocument.uri);
        return data?.textDocument.uri;
      }
      return undefined;
    },
  };
}
