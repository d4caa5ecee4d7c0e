import { ErrorCodes } from '../../protocol/errors.ts';
import type { IndexProgress, IndexResult } from '../../protocol/work.ts';
import { DaemonError } from '../daemon/connect.ts';
import { examples, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { offerModels } from './first-models.ts';
import { count, painter } from './format.ts';
import { progressOn } from './progress.ts';
import { localUri } from './uri.ts';

export function indexedText(result: IndexResult, context: Context): string {
  const paint = painter(context.out, context.env);
  const failed = result.failed.map(
    (item) => `${paint('red', 'failed')} ${cleanLine(item.path)}: ${cleanLine(item.reason)}`,
  );
  const done = `Indexed ${count(result.videos, 'video')}, ${count(result.clips, 'clip')} in ${result.seconds.toFixed(1)} s.`;
  return [...failed, done].join('\n');
}

/** True where the daemon was killed, or ended for a newer one, before it answered. */
function endedEarly(error: unknown): boolean {
  const { code } = error as Partial<DaemonError>;
  return error instanceof DaemonError && (code === ErrorCodes.ending || code === ErrorCodes.unavailable);
}

export const index: Register = (program, run) => {
  program
    .command('index')
    .argument('<path...>', 'videos or folders')
    .option('--keep', 'go on watching the folders afterwards')
    .description('index videos now and wait until they are done')
    .addHelpText(
      'after',
      examples('goldfish index ~/Videos --keep', 'goldfish index --json talk.mp4 demo.mkv'),
    )
    .action((paths: readonly string[], options: { readonly keep?: boolean }) =>
      run(async (context) => {
        const uris = paths.map((path) => localUri(path, context.path));
        await offerModels(context, await context.client());
        const progress = progressOn(context.err, context.env);
        const once = async () => {
          const client = await context.client();
          return client.request(
            'goldfish/index',
            { uris, keep: options.keep === true },
            { signal: context.signal, onPartial: (value) => progress.show(value as IndexProgress) },
          );
        };
        try {
          const result = await once().catch((error: unknown) => {
            // What is done stays done: another daemon goes on from there.
            if (context.signal.aborted || !endedEarly(error)) throw error;
            return once();
          });
          return { result, text: indexedText(result, context) };
        } finally {
          progress.end();
        }
      }),
    );
};
