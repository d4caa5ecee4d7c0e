import { l10n, ProgressLocation, window, workspace } from 'vscode';
import type { Scope } from '../../server/protocol/base.ts';
import type { DigestProgress } from '../../server/protocol/digest.ts';
import { nameOf } from '../page/text.ts';
import type { Daemon } from './daemon.ts';
import { pickVideo } from './edit-library.ts';
import { plainText } from './pick-moment.ts';

const WEEK_MS = 7 * 86_400_000;

/** Lets the user choose what to summarise: the last seven days, a watched folder, or one video. */
async function pickScope(daemon: Daemon): Promise<Scope | undefined> {
  const { folders } = await daemon.request('goldfish/folders/list', {});
  const week: Scope = { recordedFrom: new Date(Date.now() - WEEK_MS).toISOString() };
  const items = [
    { label: l10n.t('Videos of the last seven days'), scope: week },
    { label: l10n.t('One video'), scope: undefined },
    ...folders.map(({ uri, path }) => ({
      label: plainText(nameOf(path)),
      description: plainText(path),
      scope: { uris: [uri] } satisfies Scope,
    })),
  ];
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Choose what to summarise') });
  if (picked === undefined || picked.scope !== undefined) return picked?.scope;
  const video = await pickVideo(daemon, l10n.t('Choose a video'));
  return video && { uris: [video.uri] };
}

/** Opens a summary as Markdown: of the video or folder given, or else of what the user chooses. */
export async function summariseVideos(daemon: Daemon, presetUri?: string): Promise<void> {
  const scope = presetUri === undefined ? await pickScope(daemon) : { uris: [presetUri] };
  if (scope === undefined) return;
  const digest = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Summarising'), cancellable: true },
    async (progress, token) => {
      const onPartial = (value: unknown) => {
        const { done, total, path } = value as DigestProgress;
        progress.report({ message: `${done + 1}/${total} ${nameOf(path)}` });
      };
      try {
        return await daemon.request('goldfish/digest', { scope }, { token, onPartial });
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      }
    },
  );
  if (digest === undefined) return;
  const { text } = digest;
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language: 'markdown' }));
}
