import type { WorkspaceSymbol } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { formatTime } from '../../core/domain/format-time.ts';
import { toLineMoments } from '../../core/domain/line-moments.ts';
import { formatMediaLink } from '../../core/domain/media-link.ts';
import { toOneLine } from '../../core/text/one-line.ts';
import type { Feature } from './feature.ts';

const MAX_RESULTS = 50;
const MAX_NAME_CHARS = 120;
/** Equals SymbolKind.Event. */
const EVENT_KIND = 24;

const paramsSchema = z.object({ query: z.string().max(10_000) });

/** Finds lines by their content. The URI of each location points to the second of its line. */
export const workspaceSymbol: Feature<z.infer<typeof paramsSchema>> = {
  method: 'workspace/symbol',
  params: paramsSchema,
  async handle({ query }, { signal }, { library }): Promise<WorkspaceSymbol[]> {
    if (query.trim() === '') return [];
    const { hits } = await library.search({ query, k: MAX_RESULTS }, signal);
    const start = { line: 0, character: 0 };
    return hits.flatMap((hit) =>
      toLineMoments(hit).map((moment) => ({
        name: `${formatTime(moment.startMs)} ${toOneLine(moment.text).slice(0, MAX_NAME_CHARS).toWellFormed()}`,
        kind: EVENT_KIND,
        containerName: toOneLine(hit.path),
        location: { uri: formatMediaLink(hit.uri, moment), range: { start, end: start } },
      })),
    );
  },
};
