import { spawn } from 'node:child_process';
import { l10n } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import { shellWord } from './shellWord.ts';

/** Longest wait for a command, ms. */
const LIMIT_MS = 60_000;

/**
 * Runs a command of `goldfish` and gives what it printed on stdout. Rejects with what it said on stderr where it printed
 * nothing; exit codes do not count, for a report of what is missing ends with one.
 */
export function run({ command, args, options }: Executable): Promise<string> {
  return new Promise((done, fail) => {
    const shell = /\.cmd$/i.test(command);
    const word = shell ? shellWord : (one: string) => one;
    const child = spawn(word(command), (args ?? []).map(word), {
      env: { ...(options?.env ?? process.env), NO_COLOR: '1' },
      shell,
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
      else fail(new Error(said.err.trim() || l10n.t('Goldfish said nothing.')));
    });
  });
}
