import { spawn } from 'node:child_process';
import { type CancellationToken, l10n, ProgressLocation, window } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import { shellWord } from './shell-word.ts';

/** Downloads the video behind a web address with `goldfish add`, which needs yt-dlp, and indexes it. */
export async function addLink(
  launch: (args: readonly string[]) => Promise<Executable>,
  presetUrl?: string,
): Promise<void> {
  const url =
    presetUrl ??
    (await window.showInputBox({
      prompt: l10n.t('Address of a page with a video, or of a media file'),
      placeHolder: 'https://example.org/talk',
      validateInput: (value) =>
        value === '' || /^https?:\/\/\S+$/i.test(value.trim())
          ? undefined
          : l10n.t('Enter an address that begins with https:// or http://.'),
    }));
  const address = url?.trim();
  if (!address) return;
  const executable = await launch(['add', address]);
  const summary = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Downloading {0}', address), cancellable: true },
    (progress, token) => run(executable, token, (message) => progress.report({ message })),
  );
  if (summary !== undefined) void window.showInformationMessage(`Goldfish: ${summary}`);
}

/** Runs a program. Resolves with its output, or with undefined if the user cancelled. `onLine` gets its progress. */
function run(
  { command, args, options }: Executable,
  token: CancellationToken,
  onLine: (line: string) => void,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const usesShell = /\.cmd$/i.test(command);
    const quote = usesShell ? shellWord : (argument: string) => argument;
    const child = spawn(quote(command), (args ?? []).map(quote), {
      env: { ...(options?.env ?? process.env), NO_COLOR: '1' },
      shell: usesShell,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const output = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      output.out += data;
    });
    child.stderr.on('data', (data) => {
      output.err += data;
      const line = String(data)
        .trim()
        .split(/[\r\n]+/)
        .at(-1);
      if (line) onLine(line);
    });
    const cancellation = token.onCancellationRequested(() => child.kill());
    child.once('error', reject);
    child.once('close', (code) => {
      cancellation.dispose();
      if (token.isCancellationRequested) resolve(undefined);
      else if (code === 0) resolve(output.out.trim());
      else
        reject(
          new Error(
            output.err.trim() || l10n.t('The download failed. Run "Goldfish: Show Log" for details.'),
          ),
        );
    });
  });
}
