import type { DocumentSymbol, FoldingRange } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { pace } from '../../base/pace.ts';
import { type SubtitleBlock, subtitleBlocks } from '../../linking/subtitleBlocks.ts';
import { type Feature, type FeatureCall, textDocument } from './feature.ts';

/** SymbolKind.String. */
const STRING = 15;
const NAME = 120;

const params = z.object({ textDocument });

/** One value for each cue of an open .srt or .vtt file; of other documents none. Others have their turn meanwhile. */
async function eachBlock<T>(
  uri: string,
  { documents, signal }: FeatureCall,
  make: (block: SubtitleBlock) => T,
): Promise<T[]> {
  const document = documents.get(uri);
  if (document === undefined || !/\.(srt|vtt)$/i.test(uri)) return [];
  const { due, turn } = pace(signal);
  const made: T[] = [];
  for (const block of subtitleBlocks(document.text, document.lines)) {
    made.push(make(block));
    if (due()) await turn();
  }
  return made;
}

export const documentSymbol: Feature<z.infer<typeof params>> = {
  method: 'textDocument/documentSymbol',
  params,
  handle: ({ textDocument: { uri } }, call) =>
    eachBlock(uri, call, ({ startLine, endLine, time, text }): DocumentSymbol => {
      const range = { start: { line: startLine, character: 0 }, end: { line: endLine + 1, character: 0 } };
      const name = `${time} ${text}`.trim().slice(0, NAME).toWellFormed();
      return { name, kind: STRING, range, selectionRange: range };
    }),
};

export const foldingRange: Feature<z.infer<typeof params>> = {
  method: 'textDocument/foldingRange',
  params,
  handle: ({ textDocument: { uri } }, call) =>
    eachBlock(uri, call, ({ startLine, endLine }): FoldingRange => ({ startLine, endLine })),
};
