import type { ModelsListResult } from '../../protocol/models.ts';
import type { SettingValue } from '../../protocol/settings.ts';
import type { Role } from '../../protocol/status.ts';
import { messageOf } from '../base/message-of.ts';
import { toDisplayAddress } from '../base/redact-secrets.ts';
import { parseModelSetting } from '../core/models/model-setting.ts';
import type { CommandContext } from './context.ts';
import type { Check } from './doctor-check.ts';
import { takeExams } from './model-exams.ts';
import { formatPullSize, formatTotalSize, selectMissingDefaults } from './pull-models.ts';

/** Maps each role's setting to the data its host receives if the setting names a host. */
const SENT_DATA: Readonly<Record<string, string>> = {
  'models.captioner': 'video frames, with the speech and the text on screen of those clips,',
  'models.transcriber':
    'audio tracks of videos without subtitles, with words of their names and of your corrections',
  'models.textEmbedder': 'questions, descriptions, speech and text on screen',
  'models.reranker': 'questions and search results',
  'models.answerer': 'questions and the text of the clips found',
};

type Settings = Readonly<Record<string, SettingValue>>;

/** Returns what goes to object storage or to a queue, one line each. */
function listStoredElsewhere(settings: Settings): readonly string[] {
  const [location, queue] = [settings['index.location'], settings['work.queue']];
  return [
    ...(typeof location === 'string' && location.includes('://') && settings['index.readOnly'] !== true
      ? [`the whole index goes to ${location} (index.location)`]
      : []),
    ...(typeof queue === 'string' && queue !== ''
      ? [`speech, screen text, captions and file names go to ${toDisplayAddress(queue)} (work.queue)`]
      : []),
  ];
}

/** Lists one line for each setting that names another machine. */
function listRemoteUses(settings: Settings): readonly string[] {
  const sentToModels = Object.entries(settings).flatMap(([key, value]) => {
    const choice =
      key.startsWith('models.') && typeof value === 'string' ? parseModelSetting(value) : undefined;
    if (choice?.kind !== 'endpoint') return [];
    return [`${SENT_DATA[key] ?? 'the inputs of this model'} go to ${choice.baseUrl} (${key})`];
  });
  return [...sentToModels, ...listStoredElsewhere(settings)];
}

/** Returns how to get a model for a role, from the hub or from a folder on this machine. */
function toModelRemedy({ role }: Role, { models, offline }: ModelsListResult): string {
  const defaultModel = models.find((model) => model.role === role && model.default);
  const copyAdvice = `copy a model folder to this computer, then goldfish models use ${role} /that/folder`;
  if (offline || defaultModel === undefined) return copyAdvice;
  const sizeNote = defaultModel.pullBytes === undefined ? '' : ` (${formatPullSize(defaultModel)})`;
  return `goldfish models pull ${defaultModel.id}${sizeNote}`;
}

/** Adds one command that gets all missing default models; [] if none is missing or downloads are off. */
function toAllModelsChecks(list: ModelsListResult, settings: Settings): readonly Check[] {
  const missing = selectMissingDefaults(list, settings);
  if (list.offline || missing.length === 0) return [];
  // Short enough to stand before its command in 80 columns.
  const found = `${missing.length} missing, ${formatTotalSize(missing).replace('about ', '')}`;
  return [{ name: 'all models', state: 'absent', found, remedy: 'goldfish models pull --defaults' }];
}

function toRoleCheck(role: Role, list: ModelsListResult, settings: Settings): Check {
  const found = `${role.inUse}: ${role.why}`;
  if (role.inUse !== 'none' && role.inUse !== 'quotes') return { name: role.role, state: 'ok', found };
  const isCovered =
    !list.offline && selectMissingDefaults(list, settings).some((model) => model.role === role.role);
  return { name: role.role, state: 'absent', found, remedy: toModelRemedy(role, list), isCovered };
}

function toHubCheck({ hub, offline, folder }: ModelsListResult): Check {
  const found = offline
    ? `not used: downloads are off; models are read from ${folder}`
    : `${hub}, contacted only by "models pull"; it sees which models you download`;
  return { name: 'model hub', state: 'ok', found };
}

/**
 * Checks the model of each role, where models come from, and what leaves the machine. The running daemon reports it;
 * without a daemon the check says so.
 */
export async function checkModels(context: CommandContext): Promise<readonly Check[]> {
  try {
    const client = await context.runningClient();
    if (!client) {
      const found = 'unknown while the daemon is not running';
      return [{ name: 'models', state: 'absent', found, remedy: 'goldfish models list' }];
    }
    const { signal } = context;
    const list = await client.request('goldfish/models/list', {}, { signal });
    const { settings } = await client.request('goldfish/settings/get', {}, { signal });
    const remoteUses = listRemoteUses(settings);
    const remoteChecks: readonly Check[] =
      remoteUses.length === 0
        ? [{ name: 'data sent', state: 'ok', found: 'nothing leaves this machine' }]
        : remoteUses.map((found) => ({ name: 'data sent', state: 'ok', found }));
    return [
      ...list.roles.map((role) => toRoleCheck(role, list, settings)),
      ...toAllModelsChecks(list, settings),
      toHubCheck(list),
      ...remoteChecks,
    ];
  } catch (error) {
    const found = messageOf(error);
    return [{ name: 'models', state: 'absent', found, remedy: 'goldfish models list' }];
  }
}

/** Lets each model in use take its exam. Without a daemon there is no check: `checkModels` says so. */
export async function checkExams(context: CommandContext): Promise<readonly Check[]> {
  const client = await context.runningClient();
  if (!client) return [];
  const { exams } = await takeExams(context, client, undefined);
  return exams.map((exam) => ({
    name: `exam: ${exam.role}`,
    state: exam.fit ? 'ok' : 'absent',
    found: `${exam.model}: ${exam.summary}`,
    ...(exam.fit ? {} : { remedy: `goldfish models use ${exam.role}` }),
  }));
}
