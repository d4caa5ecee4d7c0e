import type { WorkspaceSymbol } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { oneLine } from '../../core/oneLine.ts';
import { clock } from '../../linking/hoverText.ts';
import type { Feature } from './feature.ts';

const COUNT = 50;
const NAME = 120;
/** SymbolKind.Event. */
const EVENT = 24;

const params = z.object({ query: z.string().max(10_000) });

/** Clips by what happens in them; the location's URI leads to the second. */
export const workspaceSymbol: Feature<z.infer<typeof params>> = {
  method: 'workspace/symbol',
  params,
  async handle({ query }, { signal }, { library }): Promise<WorkspaceSymbol[]> {
    if (query.trim() === '') return [];
    const { hits } = await library.search({ query, k: COUNT }, signal);
    const start = { line: 0, character: 0 };
    return hits.map(({ evidence, startMs, path, link }) => ({
      name: `${clock(startMs)} ${oneLine(evidence[0]?.text ?? '')
        .slice(0, NAME)
        .toWellFormed()}`,
      kind: EVENT,
      containerName: oneLine(path),
      location: { uri: link, range: { start, end: start } },
    }));
  },
};
