import { Uri, window } from 'vscode';
import type { Daemon } from './daemon.ts';

/** Lets the person choose folders and adds them to the library. */
export async function addFolder(daemon: Daemon): Promise<void> {
  const chosen = await window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: true,
    openLabel: 'Add to Goldfish',
  });
  for (const folder of chosen ?? []) {
    try {
      await daemon.request('goldfish/folders/add', { uri: Uri.file(folder.fsPath).toString() });
    } catch (error) {
      void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
    }
  }
}
