import { l10n, ProgressLocation, window } from 'vscode';
import type { StreamRecordingItem } from '../../server/protocol/recording.ts';
import { findAddressProblem } from './add-link.ts';
import type { Daemon } from './daemon.ts';

/** Asks for the address of a stream, and starts to record it into the library. */
export async function recordStream(daemon: Daemon, presetUrl?: string): Promise<void> {
  const url =
    presetUrl ??
    (await window.showInputBox({
      prompt: l10n.t('Address of a stream'),
      placeHolder: 'https://example.org/live.m3u8',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? undefined : findAddressProblem(text)),
    }));
  if (url === undefined || findAddressProblem(url) !== undefined) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Connecting to the stream'), cancellable: true },
    async (_progress, token) => {
      try {
        const { recordings } = await daemon.request('goldfish/record/start', { url: url.trim() }, { token });
        const [recording] = recordings;
        if (recording !== undefined) void offerToStop(daemon, recording);
      } catch (error) {
        if (!token.isCancellationRequested)
          void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
      }
    },
  );
}

async function offerToStop(daemon: Daemon, { id, name }: StreamRecordingItem): Promise<void> {
  const stop = l10n.t('Stop');
  const message = l10n.t('{0} is being recorded, and can be searched meanwhile.', name);
  if ((await window.showInformationMessage(message, stop)) === stop)
    await daemon.request('goldfish/record/stop', { id });
}

/** Ends a recording that the user chooses. */
export async function stopRecording(daemon: Daemon): Promise<void> {
  const { recordings } = await daemon.request('goldfish/record/list', {});
  const running = recordings.filter(({ state }) => state !== 'ended' && state !== 'failed');
  if (running.length === 0) {
    void window.showInformationMessage(l10n.t('Nothing is being recorded.'));
    return;
  }
  const items = running.map(({ id, name, url, recordedMs }) => ({
    id,
    label: name,
    description: l10n.t('{0} min', Math.floor(recordedMs / 60_000)),
    detail: url,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Choose a recording to stop') });
  if (picked) await daemon.request('goldfish/record/stop', { id: picked.id });
}
