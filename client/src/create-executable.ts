import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { l10n, workspace } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';

/** No goldfish can be started; the message says what to do. */
export class NotInstalledError extends Error {}

function findOnPath(): string | undefined {
  const extensions = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => extensions.map((extension) => join(folder, `goldfish${extension}`)))
    .find((path) => existsSync(path));
}

/**
 * How `goldfish <args>` is started: the command of the settings, which only the machine's own settings can hold, else
 * what was installed for this extension, else the one on PATH. Throws NotInstalled where there is none.
 */
export function createExecutable(launcher: string, args: readonly string[]): Executable {
  const configured = workspace.getConfiguration('goldfish').get<string>('command', '');
  const command = configured !== '' ? configured : existsSync(launcher) ? launcher : findOnPath();
  if (command === undefined)
    throw new NotInstalledError(
      l10n.t('Goldfish is not installed on this machine: "Goldfish: Open" offers to install it.'),
    );
  if (!existsSync(command))
    throw new Error(l10n.t('{0}, named by the setting goldfish.command, is not there.', command));
  if (!/\.m?js$/.test(command)) return { command, args: [...args] };
  // The editor's own Node runs it.
  return {
    command: process.execPath,
    args: [command, ...args],
    options: { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
  };
}
