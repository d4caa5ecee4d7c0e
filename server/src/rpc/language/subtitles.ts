import type { DocumentSymbol, FoldingRange } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { type SubtitleBlock, subtitleBlocks } from '../../linking/subtitleBlocks.ts';
import type { Documents } from './documents.ts';
import { type Feature, textDocument } from './feature.ts';

/** SymbolKind.String. */
const STRING = 15;
const NAME = 120;

const params = z.object({ textDocument });

/** The cues of an open .srt or .vtt file; of other documents none. */
function blocksOf(uri: string, documents: Documents): readonly SubtitleBlock[] {
  return /\.(srt|vtt)$/i.test(uri) ? subtitleBlocks(documents.get(uri)?.text ?? '') : [];
}

export const documentSymbol: Feature<z.infer<typeof params>> = {
  method: 'textDocument/documentSymbol',
  params,
  async handle({ textDocument: { uri } }, { documents }): Promise<DocumentSymbol[]> {
    return blocksOf(uri, documents).map(({ startLine, endLine, time, text }) => {
      const range = { start: { line: startLine, character: 0 }, end: { line: endLine + 1, character: 0 } };
      const name = `${time} ${text}`.slice(0, NAME).toWellFormed();
      return { name, kind: STRING, range, selectionRange: range };
    });
  },
};

export const foldingRange: Feature<z.infer<typeof params>> = {
  method: 'textDocument/foldingRange',
  params,
  async handle({ textDocument: { uri } }, { documents }): Promise<FoldingRange[]> {
    return blocksOf(uri, documents)
      .filter(({ startLine, endLine }) => endLine > startLine)
      .map(({ startLine, endLine }) => ({ startLine, endLine }));
  },
};
