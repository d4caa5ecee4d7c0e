import { l10n, ProgressLocation, window } from 'vscode';
import type { AddProgress } from '../../server/protocol/adding.ts';
import type { Daemon } from './daemon.ts';

/** Returns why a text is no web address; undefined if it is one. */
export function findAddressProblem(text: string): string | undefined {
  const url = URL.parse(text.trim());
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return undefined;
  return l10n.t('Enter an address that begins with https:// or http://.');
}

/** Asks for an address, and downloads its videos into the library with progress. */
export async function addLink(daemon: Daemon, presetUrl?: string): Promise<void> {
  const url =
    presetUrl ??
    (await window.showInputBox({
      prompt: l10n.t('Address of a page with a video, a playlist, a channel, a feed, or a media file'),
      placeHolder: 'https://example.org/talk',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? undefined : findAddressProblem(text)),
    }));
  if (url === undefined || findAddressProblem(url) !== undefined) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Downloading'), cancellable: true },
    async (progress, token) => {
      const onPartial = (value: unknown) => {
        const { title, item } = value as AddProgress;
        progress.report({ message: item === undefined ? title : `${item.index}/${item.count} ${title}` });
      };
      try {
        const { files, problems } = await daemon.request(
          'goldfish/add',
          { url: url.trim() },
          { token, onPartial },
        );
        const [problem] = problems;
        if (problem !== undefined) void window.showWarningMessage(`Goldfish: ${problem}`);
        else if (files.length === 0)
          void window.showInformationMessage(l10n.t('Everything at this address was downloaded before.'));
      } catch (error) {
        if (!token.isCancellationRequested)
          void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
      }
    },
  );
}
