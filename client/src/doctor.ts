import { window, workspace } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import { runCommand } from './run-command.ts';

/** Shows the report of `goldfish doctor` in an editor tab. */
export async function showDoctor(launch: (args: readonly string[]) => Promise<Executable>): Promise<void> {
  const content = await runCommand(await launch(['doctor']));
  await window.showTextDocument(await workspace.openTextDocument({ content, language: 'plaintext' }), {
    preview: true,
  });
}
