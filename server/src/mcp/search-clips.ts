import type { Hit } from '../../protocol/search.ts';
import { searchClipsTool } from '../../protocol/tools.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { clipLink } from './clip-links.ts';
import { evidenceText, formatTimeRange } from './result-shapes.ts';
import { type RegisterTool, registerTool, toScope } from './tool.ts';

function hitText(hit: Hit, n: number): string {
  const heading = `${n}. ${toOneLine(hit.path)} ${formatTimeRange(hit)} score ${hit.score.toFixed(2)}${hit.weak ? ' (weak)' : ''}`;
  const evidenceLines = hit.evidence.map((evidence) => `   ${evidenceText(evidence)}`);
  return [heading, `   clipId ${hit.clipId}`, `   link ${hit.link}`, ...evidenceLines].join('\n');
}

export const registerSearchClips: RegisterTool = (server, sendRequest) =>
  registerTool(server, searchClipsTool, async ({ query, like, limit, ...narrowing }, { signal }) => {
    const params = {
      query,
      k: limit,
      scope: toScope(narrowing),
      ...(like === undefined ? {} : { like: { clipId: like } }),
    };
    const { hits } = await sendRequest('goldfish/search', params, signal);
    const text = hits.map((hit, index) => hitText(hit, index + 1)).join('\n\n') || 'Nothing found.';
    return {
      content: [{ type: 'text', text }, ...hits.map((hit) => clipLink({ ...hit, ...hit.clip }))],
      structured: { hits },
    };
  });
