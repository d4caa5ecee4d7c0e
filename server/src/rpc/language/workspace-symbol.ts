import type { WorkspaceSymbol } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { formatTime } from '../../core/domain/format-time.ts';
import { toOneLine } from '../../core/text/one-line.ts';
import type { Feature } from './feature.ts';

const MAX_RESULTS = 50;
const MAX_NAME_CHARS = 120;
/** Equals SymbolKind.Event. */
const EVENT_KIND = 24;

const paramsSchema = z.object({ query: z.string().max(10_000) });

/** Finds clips by their content. The URI of each location points to the second. */
export const workspaceSymbol: Feature<z.infer<typeof paramsSchema>> = {
  method: 'workspace/symbol',
  params: paramsSchema,
  async handle({ query }, { signal }, { library }): Promise<WorkspaceSymbol[]> {
    if (query.trim() === '') return [];
    const { hits } = await library.search({ query, k: MAX_RESULTS }, signal);
    const start = { line: 0, character: 0 };
    return hits.map(({ evidence, startMs, path, link }) => ({
      name: `${formatTime(startMs)} ${toOneLine(evidence[0]?.text ?? '')
        .slice(0, MAX_NAME_CHARS)
        .toWellFormed()}`,
      kind: EVENT_KIND,
      containerName: toOneLine(path),
      location: { uri: link, range: { start, end: start } },
    }));
  },
};
