import { spawn } from 'node:child_process';
import { l10n } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import { shellWord } from './shell-word.ts';

/** Limits the run time of a command, in ms. */
const MAX_RUN_MS = 60_000;

/**
 * Runs a `goldfish` command and returns its stdout. If stdout is empty, rejects with its stderr. Exit codes are ignored,
 * because `doctor` exits with one if something is missing.
 */
export function runCommand({ command, args, options }: Executable): Promise<string> {
  return new Promise((resolve, reject) => {
    const usesShell = /\.cmd$/i.test(command);
    const quote = usesShell ? shellWord : (argument: string) => argument;
    const child = spawn(quote(command), (args ?? []).map(quote), {
      env: { ...(options?.env ?? process.env), NO_COLOR: '1' },
      shell: usesShell,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: MAX_RUN_MS,
      windowsHide: true,
    });
    const output = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      output.out += data;
    });
    child.stderr.on('data', (data) => {
      output.err += data;
    });
    child.once('error', reject);
    child.once('close', () => {
      if (output.out !== '') resolve(output.out);
      else
        reject(
          new Error(
            output.err.trim() ||
              l10n.t('The goldfish command printed nothing. Run "Goldfish: Show Log" for details.'),
          ),
        );
    });
  });
}
