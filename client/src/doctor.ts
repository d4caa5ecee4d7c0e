import { spawn } from 'node:child_process';
import { l10n, window, workspace } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';

/** Longest wait for the report, ms. */
const LIMIT_MS = 60_000;

/** What a command printed on stdout. Exit codes do not count: a report of what is missing ends with one. */
function outputOf({ command, args, options }: Executable): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args ?? [], {
      env: { ...(options?.env ?? process.env), NO_COLOR: '1' },
      shell: /\.cmd$/i.test(command),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      windowsHide: true,
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      said.out += data;
    });
    child.stderr.on('data', (data) => {
      said.err += data;
    });
    child.once('error', fail);
    child.once('close', () => {
      if (said.out !== '') done(said.out);
      else fail(new Error(said.err.trim() || l10n.t('The doctor said nothing.')));
    });
  });
}

/** Shows the report of `goldfish doctor` in an editor tab. */
export async function showDoctor(launch: (args: readonly string[]) => Promise<Executable>): Promise<void> {
  const content = await outputOf(await launch(['doctor']));
  await window.showTextDocument(await workspace.openTextDocument({ content, language: 'plaintext' }), {
    preview: true,
  });
}
