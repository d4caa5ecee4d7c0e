import { l10n, ProgressLocation, Uri, window, workspace } from 'vscode';
import type { ExportClipsProgress, ExportClipsResult, ExportMoment } from '../../server/protocol/export.ts';
import type { Daemon } from './daemon.ts';

/** Names a media format: `clips` writes one file per moment into a folder, `cut` joins all moments in one file. */
export type MediaFormat = 'clips' | 'cut';

/** Describes where the daemon writes. */
export type ClipTarget = { readonly folder: string } | { readonly file: string; readonly force: boolean };

/** Asks the daemon to write media files to `presetTarget`, or else to where the user chooses. */
export async function writeClips(
  daemon: Daemon,
  moments: readonly ExportMoment[],
  format: MediaFormat,
  presetTarget?: ClipTarget,
): Promise<void> {
  const target = presetTarget ?? (await (format === 'clips' ? askFolder() : askFile()));
  if (target === undefined) return;
  const result = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Writing clips'), cancellable: true },
    async (progress, token): Promise<ExportClipsResult | undefined> => {
      let reportedPercent = 0;
      const onPartial = (value: unknown) => {
        const { doneMs, totalMs, path } = value as ExportClipsProgress;
        const percent = totalMs > 0 ? (100 * doneMs) / totalMs : 0;
        progress.report({ message: path.split(/[/\\]/).at(-1) ?? '', increment: percent - reportedPercent });
        reportedPercent = percent;
      };
      try {
        return await daemon.request('goldfish/export/clips', { moments, ...target }, { token, onPartial });
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      }
    },
  );
  const [first] = result?.files ?? [];
  if (result === undefined || first === undefined) return;
  const message =
    result.files.length === 1
      ? l10n.t('Goldfish wrote {0}.', first.path)
      : l10n.t('Goldfish wrote {0} files. The first is {1}.', result.files.length, first.path);
  void window.showInformationMessage(message);
}

const defaultFolder = () => workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/');

async function askFolder(): Promise<ClipTarget | undefined> {
  const [folder] =
    (await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: defaultFolder(),
      openLabel: l10n.t('Save Clips Here'),
    })) ?? [];
  return folder && { folder: folder.toString() };
}

/** Asks for the output file. The dialog itself confirms before an existing file is overwritten. */
async function askFile(): Promise<ClipTarget | undefined> {
  const file = await window.showSaveDialog({
    defaultUri: Uri.joinPath(defaultFolder(), 'cut.mp4'),
    filters: { MP4: ['mp4'], M4A: ['m4a'] },
  });
  return file && { file: file.toString(), force: true };
}
