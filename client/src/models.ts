import { l10n, ProgressLocation, type QuickPickItem, window } from 'vscode';
import type { ModelEntry, PullProgress } from '../../server/protocol/models.ts';
import type { Daemon } from './daemon.ts';
import { plainText } from './pick-moment.ts';

const MB = 1_000_000;
const megabytes = (bytes: number) => `${Math.round(bytes / MB)} MB`;

/** Roles whose model is a setting of its own. */
const ROLES = ['captioner', 'transcriber', 'answerer'] as const;

interface ModelItem extends QuickPickItem {
  readonly model: ModelEntry;
}

function toItem(model: ModelEntry): ModelItem {
  const availability =
    model.bytes === undefined ? l10n.t('not here') : l10n.t('here, {0}', megabytes(model.bytes));
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
  fits: (model: ModelEntry) => boolean,
): Promise<string | undefined> {
  const { models } = await daemon.request('goldfish/models/list', {});
  return (await window.showQuickPick(models.filter(fits).map(toItem), { placeHolder, matchOnDetail: true }))
    ?.model.id;
}

/** Which models there are and what serves each role; a choice leads to what can be done with it. */
export async function showModels(daemon: Daemon): Promise<void> {
  const { models, roles } = await daemon.request('goldfish/models/list', {});
  const roleItems = roles.map(({ role, inUse, why }) => ({
    label: `$(circle-filled) ${plainText(role)}`,
    description: plainText(inUse),
    detail: plainText(why),
    role,
  }));
  const selection = await window.showQuickPick([...roleItems, ...models.map(toItem)], {
    placeHolder: l10n.t('What is in use, and what there is'),
    matchOnDetail: true,
  });
  if (selection === undefined) return;
  if (!('model' in selection)) return useModel(daemon, selection.role);
  const { id, bytes, role } = selection.model;
  const fetchLabel = l10n.t('Fetch it');
  const useLabel = l10n.t('Use it');
  const removeLabel = l10n.t('Delete it from this machine');
  const actions = bytes === undefined ? [fetchLabel] : [useLabel, removeLabel];
  const action = await window.showQuickPick(actions, { placeHolder: id });
  if (action === fetchLabel) await pullModel(daemon, id);
  else if (action === useLabel) await useModel(daemon, role, id);
  else if (action === removeLabel) await removeModel(daemon, id);
}

/** Fetches a model with progress, which can be given up; a later try goes on where it stopped. */
export async function pullModel(daemon: Daemon, presetModel?: string): Promise<void> {
  const model =
    presetModel ??
    (await pickModel(daemon, l10n.t('Fetch which model?'), ({ bytes }) => bytes === undefined)) ??
    undefined;
  if (model === undefined) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Fetching {0}', model), cancellable: true },
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

/** Chooses what serves a role: a model that is here, a host, the editor's own model, nothing, or the default. */
export async function useModel(daemon: Daemon, role?: string, model?: string): Promise<void> {
  const knownRole = ROLES.find((candidate) => candidate === role);
  const targetRole =
    knownRole ?? (await window.showQuickPick([...ROLES], { placeHolder: l10n.t('For what?') }));
  if (targetRole === undefined) return;
  const value = model ?? (await pickModelSetting(daemon, targetRole));
  if (value === undefined) return;
  const settingValue = value === '' ? null : value;
  await daemon.request('goldfish/settings/set', { key: `models.${targetRole}`, value: settingValue });
}

/** The value of a role's setting; empty for the default. */
async function pickModelSetting(daemon: Daemon, role: string): Promise<string | undefined> {
  const { models } = await daemon.request('goldfish/models/list', {});
  const localModels = models.filter(
    (model) => model.bytes !== undefined && (model.role === role || model.role === undefined),
  );
  const customItem = { label: l10n.t('A host or folder ...'), value: undefined };
  const choice = await window.showQuickPick(
    [
      { label: l10n.t('The default'), value: '' },
      ...(role === 'answerer' ? [{ label: l10n.t("The editor's own model"), value: 'editor' }] : []),
      ...localModels.map(({ id }) => ({ label: id, value: id })),
      { label: l10n.t('None'), value: 'none' },
      customItem,
    ],
    { placeHolder: role },
  );
  if (choice !== customItem) return choice?.value;
  return window.showInputBox({
    prompt: l10n.t('The folder of a model, owner/name of the hub, or http://host/v1#model'),
    placeHolder: 'http://127.0.0.1:11434/v1#model',
  });
}

export async function removeModel(daemon: Daemon, presetModel?: string): Promise<void> {
  const question = l10n.t('Delete which model from this machine?');
  const model = presetModel ?? (await pickModel(daemon, question, ({ bytes }) => bytes !== undefined));
  if (model !== undefined) await daemon.request('goldfish/models/remove', { model });
}
