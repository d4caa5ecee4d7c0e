import type { SettingValue } from '../../protocol/settings.ts';
import { parseModelChoice } from '../core/modelChoice.ts';
import type { Check } from './check.ts';
import type { Context } from './context.ts';

/** What is sent to the host of each role where its setting names one. */
const SENT = {
  'models.captioner': 'frames of clips with their speech and screen text',
  'models.transcriber': 'the sound of videos without subtitles',
  'models.textEmbedder': 'questions, captions, speech and screen text',
  'models.reranker': 'questions and the passages found',
  'models.answerer': 'questions with the text of the clips found',
} as const;

function leaving(settings: Readonly<Record<string, SettingValue>>): readonly string[] {
  return Object.entries(SENT).flatMap(([key, what]) => {
    const value = settings[key];
    const choice = typeof value === 'string' ? parseModelChoice(value) : undefined;
    return choice?.kind === 'endpoint' ? [`${what} go to ${choice.baseUrl} (${key})`] : [];
  });
}

/** What serves each role, as the running daemon tells it, and what leaves the machine by it. */
export async function checkModels(context: Context): Promise<readonly Check[]> {
  try {
    const client = await context.runningClient();
    if (!client) {
      const found = 'told while the daemon runs';
      return [{ name: 'models', state: 'absent', found, remedy: 'goldfish models list' }];
    }
    const { signal } = context;
    const { roles } = await client.request('goldfish/models/list', {}, { signal });
    const { settings } = await client.request('goldfish/settings/get', {}, { signal });
    const served = roles.map(({ role, inUse, why }): Check => {
      const found = `${inUse}: ${why}`;
      if (inUse !== 'none' && inUse !== 'quotes') return { name: role, state: 'ok', found };
      const remedy = role === 'captioner' ? 'goldfish models pull' : `goldfish models use ${role} MODEL`;
      return { name: role, state: 'absent', found, remedy };
    });
    const leaves = leaving(settings);
    return [
      ...served,
      { name: 'sent away', state: 'ok', found: leaves.join('; ') || 'nothing leaves this machine' },
    ];
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [{ name: 'models', state: 'absent', found, remedy: 'goldfish models list' }];
  }
}
