import { l10n, ProgressLocation, type QuickPickItem, window } from 'vscode';
import type { ModelEntry, PullProgress } from '../../server/protocol/models.ts';
import type { Daemon } from './daemon.ts';
import { plainText } from './pick-moment.ts';

const MB = 1_000_000;
const megabytes = (bytes: number) => `${Math.round(bytes / MB)} MB`;

/** Lists the roles whose model can be chosen here. */
const ROLES = ['captioner', 'transcriber', 'answerer'] as const;

interface ModelItem extends QuickPickItem {
  readonly model: ModelEntry;
}

function toItem(model: ModelEntry): ModelItem {
  const availability =
    model.bytes === undefined ? l10n.t('not downloaded') : l10n.t('downloaded, {0}', megabytes(model.bytes));
  return {
    model,
    label: plainText(model.id),
    description: [model.role, availability].filter(Boolean).join(', '),
    detail: plainText([model.licence, model.note].filter(Boolean).join('; ')),
  };
}

async function pickModel(
  daemon: Daemon,
  placeHolder: string,
  isOffered: (model: ModelEntry) => boolean,
): Promise<string | undefined> {
  const { models } = await daemon.request('goldfish/models/list', {});
  return (
    await window.showQuickPick(models.filter(isOffered).map(toItem), { placeHolder, matchOnDetail: true })
  )?.model.id;
}

/** Shows all models and the model of each role. Choosing one offers its actions. */
export async function showModels(daemon: Daemon): Promise<void> {
  const { models, roles } = await daemon.request('goldfish/models/list', {});
  const roleItems = roles.map(({ role, inUse, why }) => ({
    label: `$(circle-filled) ${plainText(role)}`,
    description: plainText(inUse),
    detail: plainText(why),
    role,
  }));
  const selection = await window.showQuickPick([...roleItems, ...models.map(toItem)], {
    placeHolder: l10n.t('Models'),
    matchOnDetail: true,
  });
  if (selection === undefined) return;
  if (!('model' in selection)) return useModel(daemon, selection.role);
  const { id, bytes, role } = selection.model;
  const fetchLabel = l10n.t('Download');
  const useLabel = l10n.t('Use');
  const removeLabel = l10n.t('Delete from this computer');
  const actions = bytes === undefined ? [fetchLabel] : [useLabel, removeLabel];
  const action = await window.showQuickPick(actions, { placeHolder: id });
  if (action === fetchLabel) await pullModel(daemon, id);
  else if (action === useLabel) await useModel(daemon, role, id);
  else if (action === removeLabel) await removeModel(daemon, id);
}

/** Downloads a model with progress. The user can cancel; a later download resumes. */
export async function pullModel(daemon: Daemon, presetModel?: string): Promise<void> {
  const model =
    presetModel ??
    (await pickModel(daemon, l10n.t('Choose a model to download'), ({ bytes }) => bytes === undefined)) ??
    undefined;
  if (model === undefined) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Downloading {0}', model), cancellable: true },
    async (progress, token) => {
      let reportedPercent = 0;
      const onPartial = (value: unknown) => {
        const { bytes, totalBytes, file, note } = value as PullProgress;
        const percent = totalBytes > 0 ? (100 * bytes) / totalBytes : 0;
        const message = note ?? l10n.t('{0} of {1}: {2}', megabytes(bytes), megabytes(totalBytes), file);
        progress.report({ message, increment: percent - reportedPercent });
        reportedPercent = percent;
      };
      try {
        await daemon.request('goldfish/models/pull', { model }, { token, onPartial });
      } catch (error) {
        if (!token.isCancellationRequested) throw error;
      }
    },
  );
}

/** Chooses the model of a role: a downloaded model, a server, the editor's language model, none, or the default. */
export async function useModel(daemon: Daemon, role?: string, model?: string): Promise<void> {
  const knownRole = ROLES.find((candidate) => candidate === role);
  const targetRole =
    knownRole ?? (await window.showQuickPick([...ROLES], { placeHolder: l10n.t('Choose a role') }));
  if (targetRole === undefined) return;
  const value = model ?? (await pickModelSetting(daemon, targetRole));
  if (value === undefined) return;
  const settingValue = value === '' ? null : value;
  await daemon.request('goldfish/settings/set', { key: `models.${targetRole}`, value: settingValue });
}

/** Asks for the value of a role's setting. An empty string means the default. */
async function pickModelSetting(daemon: Daemon, role: string): Promise<string | undefined> {
  const { models } = await daemon.request('goldfish/models/list', {});
  const localModels = models.filter(
    (model) => model.bytes !== undefined && (model.role === role || model.role === undefined),
  );
  const customItem = { label: l10n.t('Server or folder ...'), value: undefined };
  const choice = await window.showQuickPick(
    [
      { label: l10n.t('Default'), value: '' },
      ...(role === 'answerer' ? [{ label: l10n.t("The editor's language model"), value: 'editor' }] : []),
      ...localModels.map(({ id }) => ({ label: id, value: id })),
      { label: l10n.t('None'), value: 'none' },
      customItem,
    ],
    { placeHolder: role },
  );
  if (choice !== customItem) return choice?.value;
  return window.showInputBox({
    prompt: l10n.t('A model folder, an owner/name on the hub, or http://host/v1#model'),
    placeHolder: 'http://127.0.0.1:11434/v1#model',
  });
}

export async function removeModel(daemon: Daemon, presetModel?: string): Promise<void> {
  const question = l10n.t('Choose a model to delete from this computer');
  const model = presetModel ?? (await pickModel(daemon, question, ({ bytes }) => bytes !== undefined));
  if (model !== undefined) await daemon.request('goldfish/models/remove', { model });
}
