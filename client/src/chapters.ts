import { l10n, window, workspace } from 'vscode';
import type { Daemon } from './daemon.ts';
import { pickVideo } from './edit-library.ts';

/** Opens the chapters of a video as a table of contents in Markdown: of the one given, or else of one that the user chooses. */
export async function showChapters(daemon: Daemon, presetUri?: string): Promise<void> {
  const uri = presetUri ?? (await pickVideo(daemon, l10n.t('Choose a video')))?.uri;
  if (uri === undefined) return;
  const { text } = await daemon.request('goldfish/chapters', { uri, format: 'markdown' });
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language: 'markdown' }));
}
