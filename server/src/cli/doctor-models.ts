import type { ModelsListResult } from '../../protocol/models.ts';
import type { SettingValue } from '../../protocol/settings.ts';
import type { Role } from '../../protocol/status.ts';
import { messageOf } from '../base/message-of.ts';
import { parseModelSetting } from '../core/models/model-setting.ts';
import type { CommandContext } from './context.ts';
import type { Check } from './doctor-check.ts';
import { formatBytes } from './format.ts';

/** What is sent to the host of each role where its setting names one. */
const SENT_DATA: Readonly<Record<string, string>> = {
  'models.captioner': 'frames of clips with their speech and screen text',
  'models.transcriber': 'the sound of videos without subtitles',
  'models.textEmbedder': 'questions, captions, speech and screen text',
  'models.reranker': 'questions and the passages found',
  'models.answerer': 'questions with the text of the clips found',
};

type Settings = Readonly<Record<string, SettingValue>>;

/** One line for each setting that names a host, however many roles there are. */
function listRemoteUses(settings: Settings): readonly string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const choice =
      key.startsWith('models.') && typeof value === 'string' ? parseModelSetting(value) : undefined;
    if (choice?.kind !== 'endpoint') return [];
    return [`${SENT_DATA[key] ?? 'what this role works on'} go to ${choice.baseUrl} (${key})`];
  });
}

/** How the model of a role is got: from the hub, or without it. */
function toModelRemedy({ role }: Role, { models, offline }: ModelsListResult): string {
  const defaultModel = models.find((model) => model.role === role && model.default);
  const sizeNote = defaultModel?.pullBytes === undefined ? '' : ` (${formatBytes(defaultModel.pullBytes)})`;
  const pullAdvice =
    defaultModel && !offline ? `goldfish models pull ${defaultModel.id}${sizeNote}; without the hub ` : '';
  const copyAdvice = `${pullAdvice}copy a model folder here in the hub's layout and run goldfish models use ${role} /that/folder`;
  // Frames are embedded here or not at all: no host has a usual way to do it.
  if (role === 'frameEmbedder') return copyAdvice;
  return `${copyAdvice}; or name a host: goldfish models use ${role} http://HOST/v1#MODEL`;
}

function toRoleCheck(role: Role, list: ModelsListResult): Check {
  const found = `${role.inUse}: ${role.why}`;
  if (role.inUse !== 'none' && role.inUse !== 'quotes') return { name: role.role, state: 'ok', found };
  return { name: role.role, state: 'absent', found, remedy: toModelRemedy(role, list) };
}

function toHubCheck({ hub, offline, folder }: ModelsListResult): Check {
  const found = offline
    ? `never asked: downloads are switched off; models are taken from ${folder}`
    : `${hub}, asked by "models pull" alone; it learns which models you fetch`;
  return { name: 'model hub', state: 'ok', found };
}

/** What serves each role, as the running daemon tells it, where models come from, and what leaves the machine. */
export async function checkModels(context: CommandContext): Promise<readonly Check[]> {
  try {
    const client = await context.runningClient();
    if (!client) {
      const found = 'told while the daemon runs';
      return [{ name: 'models', state: 'absent', found, remedy: 'goldfish models list' }];
    }
    const { signal } = context;
    const list = await client.request('goldfish/models/list', {}, { signal });
    const { settings } = await client.request('goldfish/settings/get', {}, { signal });
    const remoteUses = listRemoteUses(settings);
    const remoteChecks: readonly Check[] =
      remoteUses.length === 0
        ? [{ name: 'sent away', state: 'ok', found: 'nothing leaves this machine' }]
        : remoteUses.map((found) => ({ name: 'sent away', state: 'ok', found }));
    return [...list.roles.map((role) => toRoleCheck(role, list)), toHubCheck(list), ...remoteChecks];
  } catch (error) {
    const found = messageOf(error);
    return [{ name: 'models', state: 'absent', found, remedy: 'goldfish models list' }];
  }
}
