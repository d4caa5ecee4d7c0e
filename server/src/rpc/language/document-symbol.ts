import type { DocumentSymbol, FoldingRange } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { createYielder } from '../../base/yield-to-event-loop.ts';
import { findSubtitleBlocks, type SubtitleBlock } from '../../linking/subtitle-blocks.ts';
import type { Feature, FeatureCall } from './feature.ts';
import { textDocumentSchema } from './schemas.ts';

/** Equals SymbolKind.String. */
const STRING_KIND = 15;
const MAX_NAME_CHARS = 120;

const paramsSchema = z.object({ textDocument: textDocumentSchema });

/**
 * Converts each cue of an open .srt or .vtt file. Returns an empty list for other documents. Yields to the event loop
 * while it works.
 */
async function mapBlocks<T>(
  uri: string,
  { documents, signal }: FeatureCall,
  toItem: (block: SubtitleBlock) => T,
): Promise<T[]> {
  const document = documents.get(uri);
  if (document === undefined || !/\.(srt|vtt)$/i.test(uri)) return [];
  const { isDue, yieldNow } = createYielder(signal);
  const items: T[] = [];
  for (const block of findSubtitleBlocks(document.text, document.lines)) {
    items.push(toItem(block));
    if (isDue()) await yieldNow();
  }
  return items;
}

export const documentSymbol: Feature<z.infer<typeof paramsSchema>> = {
  method: 'textDocument/documentSymbol',
  params: paramsSchema,
  handle: ({ textDocument: { uri } }, call) =>
    mapBlocks(uri, call, ({ startLine, endLine, time, text }): DocumentSymbol => {
      const range = { start: { line: startLine, character: 0 }, end: { line: endLine + 1, character: 0 } };
      const name = `${time} ${text}`.trim().slice(0, MAX_NAME_CHARS).toWellFormed();
      return { name, kind: STRING_KIND, range, selectionRange: range };
    }),
};

export const foldingRange: Feature<z.infer<typeof paramsSchema>> = {
  method: 'textDocument/foldingRange',
  params: paramsSchema,
  handle: ({ textDocument: { uri } }, call) =>
    mapBlocks(uri, call, ({ startLine, endLine }): FoldingRange => ({ startLine, endLine })),
};
