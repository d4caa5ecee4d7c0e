import { l10n, ProgressLocation, Uri, window } from 'vscode';
import type { IndexProgress } from '../../server/protocol/work.ts';
import type { Daemon } from './daemon.ts';

/** Adds folders to the library: those given, or else those that the user chooses. */
export async function addFolder(daemon: Daemon, presetFolders?: readonly Uri[]): Promise<void> {
  const selectedFolders =
    presetFolders ??
    (await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: true,
      openLabel: l10n.t('Add to Goldfish'),
    }));
  for (const folder of selectedFolders ?? []) {
    try {
      await daemon.request('goldfish/folders/add', { uri: Uri.file(folder.fsPath).toString() });
    } catch (error) {
      void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
    }
  }
}

/** Removes a folder, given or chosen by the user, from the library. Its files stay. */
export async function removeFolder(daemon: Daemon, presetUri?: string): Promise<void> {
  const { folders } = await daemon.request('goldfish/folders/list', {});
  const items = folders.map(({ uri, path, videos }) => ({
    label: path,
    description: l10n.t('{0} videos', videos),
    uri,
  }));
  const uri =
    presetUri ??
    (
      await window.showQuickPick(items, {
        placeHolder: l10n.t('Choose a folder to stop watching. Its index is deleted; the files stay.'),
      })
    )?.uri;
  if (uri !== undefined) await daemon.request('goldfish/folders/remove', { uri });
}

/** Indexes one file with progress. Returns false if the user cancelled. */
export async function indexFile(daemon: Daemon, uri: string, name: string): Promise<boolean> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Indexing {0}', name), cancellable: true },
    async (progress, token) => {
      const onPartial = (value: unknown) => {
        const { stage } = value as IndexProgress;
        if (stage !== undefined) progress.report({ message: stage });
      };
      try {
        const { failed } = await daemon.request('goldfish/index', { uris: [uri] }, { token, onPartial });
        const [first] = failed;
        if (first !== undefined) void window.showWarningMessage(`Goldfish: ${name}: ${first.reason}`);
        return true;
      } catch (error) {
        if (token.isCancellationRequested) return false;
        throw error;
      }
    },
  );
}
