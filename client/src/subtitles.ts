import { l10n, ProgressLocation, window, workspace } from 'vscode';
import type { SubtitlesProgress } from '../../server/protocol/subtitles.ts';
import type { Daemon } from './daemon.ts';
import { pickVideo } from './edit-library.ts';

/** Opens what is said in a video that the user chooses, as subtitles. They are saved only if the user saves the document. */
export async function showSubtitles(daemon: Daemon): Promise<void> {
  const video = await pickVideo(daemon, l10n.t('Choose a video'));
  if (video === undefined) return;
  const { text } = await daemon.request('goldfish/subtitles', { uri: video.uri });
  await openText(text);
}

const openText = async (content: string) =>
  window.showTextDocument(await workspace.openTextDocument({ content, language: 'plaintext' }));

/** Opens translated subtitles of a video that the user chooses. They are saved only if the user saves the document. */
export async function translateSubtitles(daemon: Daemon): Promise<void> {
  const video = await pickVideo(daemon, l10n.t('Choose a video'));
  if (video === undefined) return;
  const translate = await window.showInputBox({
    prompt: l10n.t('Language of the translation, such as de or pt-BR'),
    placeHolder: 'de',
  });
  if (!translate?.trim()) return;
  const subtitles = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Translating'), cancellable: true },
    async (progress, token) => {
      const onPartial = (value: unknown) => {
        const { done, total } = value as SubtitlesProgress;
        progress.report({ message: `${done}/${total}` });
      };
      const params = { uri: video.uri, translate: translate.trim() };
      try {
        return await daemon.request('goldfish/subtitles', params, { token, onPartial });
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      }
    },
  );
  if (subtitles === undefined) return;
  const { text, translation } = subtitles;
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language: 'plaintext' }));
  const { model = '', sentTo } = translation ?? {};
  const message =
    sentTo === undefined
      ? l10n.t('Translated by {0}. Check it before you rely on it.', model)
      : l10n.t('Translated by {0}, which got the text ({1}). Check it before you rely on it.', model, sentTo);
  void window.showInformationMessage(message);
}
