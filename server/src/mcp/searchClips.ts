import type { Hit } from '../../protocol/search.ts';
import { searchClipsTool } from '../../protocol/tools.ts';
import { oneLine } from '../core/oneLine.ts';
import { clipLink } from './clip-links.ts';
import { clockRange, evidenceLine } from './moments.ts';
import { type RegisterTool, registerTool, toScope } from './tool.ts';

function hitText(hit: Hit, n: number): string {
  const head = `${n}. ${oneLine(hit.path)} ${clockRange(hit)} score ${hit.score.toFixed(2)}${hit.weak ? ' (weak)' : ''}`;
  const why = hit.evidence.map((evidence) => `   ${evidenceLine(evidence)}`);
  return [head, `   clipId ${hit.clipId}`, `   link ${hit.link}`, ...why].join('\n');
}

export const searchClips: RegisterTool = (server, ask) =>
  registerTool(server, searchClipsTool, async ({ query, like, limit, ...narrowing }, { signal }) => {
    const params = {
      query,
      k: limit,
      scope: toScope(narrowing),
      ...(like === undefined ? {} : { like: { clipId: like } }),
    };
    const { hits } = await ask('goldfish/search', params, signal);
    const text = hits.map((hit, at) => hitText(hit, at + 1)).join('\n\n') || 'Nothing found.';
    return {
      content: [{ type: 'text', text }, ...hits.map((hit) => clipLink({ ...hit, ...hit.clip }))],
      structured: { hits },
    };
  });
