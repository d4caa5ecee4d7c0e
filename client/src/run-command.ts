import { spawn } from 'node:child_process';
import { l10n } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import { shellWord } from './shell-word.ts';

/** Longest wait for a command, ms. */
const MAX_RUN_MS = 60_000;

/**
 * Runs a command of `goldfish` and gives what it printed on stdout. Rejects with what it said on stderr where it printed
 * nothing; exit codes do not count, for a report of what is missing ends with one.
 */
export function runCommand({ command, args, options }: Executable): Promise<string> {
  return new Promise((done, fail) => {
    const shell = /\.cmd$/i.test(command);
    const quote = shell ? shellWord : (argument: string) => argument;
    const child = spawn(quote(command), (args ?? []).map(quote), {
      env: { ...(options?.env ?? process.env), NO_COLOR: '1' },
      shell,
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
    child.once('error', fail);
    child.once('close', () => {
      if (output.out !== '') done(output.out);
      else fail(new Error(output.err.trim() || l10n.t('Goldfish said nothing.')));
    });
  });
}
