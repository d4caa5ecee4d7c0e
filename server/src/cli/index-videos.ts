import { ErrorCodes } from '../../protocol/errors.ts';
import type { IndexProgress, IndexResult } from '../../protocol/work.ts';
import { DaemonError } from '../daemon/connect.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { createTextStyler, formatCount } from './format.ts';
import { offerModelDownload } from './offer-model-download.ts';
import { toLocalUri } from './path-argument.ts';
import { showIndexProgress } from './progress.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

export function formatIndexResult(result: IndexResult, context: CommandContext): string {
  const paint = createTextStyler(context.out, context.env);
  const failed = result.failed.map(
    (item) => `${paint('red', 'failed')} ${sanitiseLine(item.path)}: ${sanitiseLine(item.reason)}`,
  );
  const summary = `Indexed ${formatCount(result.videos, 'video')}, ${formatCount(result.clips, 'clip')} in ${result.seconds.toFixed(1)} s.`;
  return [...failed, summary].join('\n');
}

/** Returns true if the daemon was killed, or ended for a newer one, before it answered. A stopped one stays stopped. */
function canContinueElsewhere(error: unknown): boolean {
  if (!(error instanceof DaemonError)) return false;
  if (error.code === ErrorCodes.ending) return error.data?.reason !== 'stopped';
  return error.code === ErrorCodes.unavailable;
}

export const registerIndex: RegisterCommand = (program, run) => {
  program
    .command('index')
    .argument('<path...>', 'videos or folders')
    .option('--keep', 'keep watching the folders afterwards')
    .description('index videos now and wait until they are done')
    .addHelpText(
      'after',
      formatExamples('goldfish index ~/Videos --keep', 'goldfish index --json talk.mp4 demo.mkv'),
    )
    .action((paths: readonly string[], options: { readonly keep?: boolean }) =>
      run(async (context) => {
        const uris = paths.map((path) => toLocalUri(path, context.resolvePath));
        await offerModelDownload(context, await context.client());
        const progress = showIndexProgress(context.err, context.env);
        const requestIndex = async () => {
          const client = await context.client();
          return client.request(
            'goldfish/index',
            { uris, keep: options.keep === true },
            { signal: context.signal, onPartial: (value) => progress.show(value as IndexProgress) },
          );
        };
        try {
          const result = await requestIndex().catch((error: unknown) => {
            // Finished work is stored, so another daemon continues from there.
            if (context.signal.aborted || !canContinueElsewhere(error)) throw error;
            return requestIndex();
          });
          return { result, text: formatIndexResult(result, context) };
        } finally {
          progress.end();
        }
      }),
    );
};
