import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { l10n, workspace } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';

/** Reports that no `goldfish` command was found. The message says what to do. */
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
 * Returns how to start `goldfish <args>`. Tries the command from the settings, then the one installed for this
 * extension, then the one on PATH. Only machine settings can define the command. Throws NotInstalledError if none exists.
 */
export function createExecutable(launcher: string, args: readonly string[]): Executable {
  const configuredCommand = workspace.getConfiguration('goldfish').get<string>('command', '');
  const command =
    configuredCommand !== '' ? configuredCommand : existsSync(launcher) ? launcher : findOnPath();
  if (command === undefined)
    throw new NotInstalledError(
      l10n.t('Goldfish is not installed on this computer. Run "Goldfish: Open" to install it.'),
    );
  if (!existsSync(command))
    throw new Error(l10n.t('{0} does not exist. Correct the setting goldfish.command.', command));
  if (!/\.m?js$/.test(command)) return { command, args: [...args] };
  // Run it with the editor's own Node.
  return {
    command: process.execPath,
    args: [command, ...args],
    options: { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
  };
}
