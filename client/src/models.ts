import { l10n, ProgressLocation, type QuickPickItem, window } from 'vscode';
import type { ModelEntry, PullProgress } from '../../server/protocol/models.ts';
import type { Daemon } from './daemon.ts';
import { plainText } from './search.ts';

const MB = 1_000_000;
const megabytes = (bytes: number) => `${Math.round(bytes / MB)} MB`;

/** Roles whose model is a setting of its own. */
const ROLES = ['captioner', 'transcriber', 'answerer'] as const;

interface ModelItem extends QuickPickItem {
  readonly model: ModelEntry;
}

function itemOf(model: ModelEntry): ModelItem {
  const here = model.bytes === undefined ? l10n.t('not here') : l10n.t('here, {0}', megabytes(model.bytes));
  return {
    model,
    label: plainText(model.id),
    description: [model.role, here].filter(Boolean).join(', '),
    detail: plainText([model.licence, model.note].filter(Boolean).join('; ')),
  };
}

async function pickModel(
  daemon: Daemon,
  placeHolder: string,
  fits: (model: ModelEntry) => boolean,
): Promise<string | undefined> {
  const { models } = await daemon.request('goldfish/models/list', {});
  return (await window.showQuickPick(models.filter(fits).map(itemOf), { placeHolder, matchOnDetail: true }))
    ?.model.id;
}

/** Which models there are and what serves each role; a choice leads to what can be done with it. */
export async function showModels(daemon: Daemon): Promise<void> {
  const { models, roles } = await daemon.request('goldfish/models/list', {});
  const used = roles.map(({ role, inUse, why }) => ({
    label: `$(circle-filled) ${plainText(role)}`,
    description: plainText(inUse),
    detail: plainText(why),
    role,
  }));
  const chosen = await window.showQuickPick([...used, ...models.map(itemOf)], {
    placeHolder: l10n.t('What is in use, and what there is'),
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  if (!('model' in chosen)) return useModel(daemon, chosen.role);
  const { id, bytes, role } = chosen.model;
  const fetch = l10n.t('Fetch it');
  const use = l10n.t('Use it');
  const remove = l10n.t('Delete it from this machine');
  const acts = bytes === undefined ? [fetch] : [use, remove];
  const act = await window.showQuickPick(acts, { placeHolder: id });
  if (act === fetch) await pullModel(daemon, id);
  else if (act === use) await useModel(daemon, role, id);
  else if (act === remove) await removeModel(daemon, id);
}

/** Fetches a model with progress, which can be given up; a later try goes on where it stopped. */
export async function pullModel(daemon: Daemon, given?: string): Promise<void> {
  const model =
    given ??
    (await pickModel(daemon, l10n.t('Fetch which model?'), ({ bytes }) => bytes === undefined)) ??
    undefined;
  if (model === undefined) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Fetching {0}', model), cancellable: true },
    async (progress, token) => {
      let told = 0;
      const onPartial = (value: unknown) => {
        const { bytes, totalBytes, file, note } = value as PullProgress;
        const percent = totalBytes > 0 ? (100 * bytes) / totalBytes : 0;
        const message = note ?? l10n.t('{0} of {1}: {2}', megabytes(bytes), megabytes(totalBytes), file);
        progress.report({ message, increment: percent - told });
        told = percent;
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
  const known = ROLES.find((one) => one === role);
  const wanted = known ?? (await window.showQuickPick([...ROLES], { placeHolder: l10n.t('For what?') }));
  if (wanted === undefined) return;
  const value = model ?? (await pickChoice(daemon, wanted));
  if (value === undefined) return;
  const set = value === '' ? null : value;
  await daemon.request('goldfish/settings/set', { key: `models.${wanted}`, value: set });
}

/** The value of a role's setting; empty for the default. */
async function pickChoice(daemon: Daemon, role: string): Promise<string | undefined> {
  const { models } = await daemon.request('goldfish/models/list', {});
  const here = models.filter(
    (one) => one.bytes !== undefined && (one.role === role || one.role === undefined),
  );
  const other = { label: l10n.t('A host or folder ...'), value: undefined };
  const chosen = await window.showQuickPick(
    [
      { label: l10n.t('The default'), value: '' },
      ...(role === 'answerer' ? [{ label: l10n.t("The editor's own model"), value: 'editor' }] : []),
      ...here.map(({ id }) => ({ label: id, value: id })),
      { label: l10n.t('None'), value: 'none' },
      other,
    ],
    { placeHolder: role },
  );
  if (chosen !== other) return chosen?.value;
  return window.showInputBox({
    prompt: l10n.t('The folder of a model, owner/name of the hub, or http://host/v1#model'),
    placeHolder: 'http://127.0.0.1:11434/v1#model',
  });
}

export async function removeModel(daemon: Daemon, given?: string): Promise<void> {
  const question = l10n.t('Delete which model from this machine?');
  const model = given ?? (await pickModel(daemon, question, ({ bytes }) => bytes !== undefined));
  if (model !== undefined) await daemon.request('goldfish/models/remove', { model });
}
