import { InvalidArgumentError } from 'commander';
import type { StreamRecordingItem } from '../../protocol/recording.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { formatDuration } from '../core/domain/format-time.ts';
import { ExitCodes } from './cli-failure.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface RecordOptions {
  readonly to?: string;
  readonly for?: number;
  readonly name?: string;
  readonly segment?: number;
  readonly allowPrivate?: boolean;
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Parses a length of time such as `90s`, `15m`, `1h` or `1h30m`. Returns ms. */
function parseLength(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new InvalidArgumentError('Write a length such as 90s, 15m, 1h or 1h30m.');
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS],
    0,
  );
}

function formatRecording({ id, url, name, state, recordedMs, reason }: StreamRecordingItem): string {
  const why = reason === undefined ? '' : `: ${sanitiseLine(reason)}`;
  return `${id}  ${sanitiseLine(name)}  ${state}, ${formatDuration(recordedMs)} recorded${why}  ${sanitiseLine(url)}`;
}

function formatRecordings(recordings: readonly StreamRecordingItem[], none: string): string {
  return recordings.length === 0 ? none : recordings.map(formatRecording).join('\n');
}

export const registerRecord: RegisterCommand = (program, run) => {
  const command = program
    .command('record')
    .description(
      'record a stream into a watched folder, where it can be searched while it runs (needs ffmpeg)',
    )
    .addHelpText(
      'after',
      formatExamples(
        'goldfish record https://example.org/live.m3u8 --for 1h',
        'goldfish record list',
        'goldfish record stop',
      ),
    );
  command
    .command('start', { isDefault: true })
    .argument('<url>', 'address of a stream: HLS, plain HTTP, or RTSP')
    .option(
      '--to <folder>',
      'where to save it (default: the setting add.folder, or the first watched folder)',
    )
    .option('--for <length>', 'end after this time, such as 1h30m (default: 24h)', parseLength)
    .option('--name <name>', 'how the names of the files begin (default: the host)')
    .option('--segment <length>', 'length of a file, such as 10m (default: 30m)', parseLength)
    .option('--allow-private', 'also record from this machine and its local network, and over RTSP')
    .description('start to record a stream; the daemon goes on when this command has ended')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish record start https://example.org/live.m3u8 --to ~/Videos/Live --for 1h --name Council',
        'goldfish record rtsp://192.168.1.20/stream1 --allow-private',
      ),
    )
    .action((url: string, options: RecordOptions) =>
      run(async (context) => {
        const client = await context.client();
        const params = {
          url,
          folder: options.to === undefined ? undefined : pathToFileUri(context.resolvePath(options.to)),
          name: options.name,
          forMs: options.for,
          segmentMs: options.segment,
          allowPrivate: options.allowPrivate,
        };
        const result = await client.request('goldfish/record/start', params, { signal: context.signal });
        const [recording] = result.recordings;
        const hint = recording === undefined ? '' : `\nStop it with: goldfish record stop ${recording.id}`;
        return { result, text: `${formatRecordings(result.recordings, '')}${hint}` };
      }),
    );
  command
    .command('list')
    .description('list the recordings, running and ended')
    .addHelpText('after', formatExamples('goldfish record list', 'goldfish record list --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/record/list', {}, { signal: context.signal });
        const code = result.recordings.some(({ state }) => state === 'failed')
          ? ExitCodes.failed
          : ExitCodes.done;
        return { result, text: formatRecordings(result.recordings, 'Nothing is recorded.'), code };
      }),
    );
  command
    .command('stop')
    .argument('[id]', 'of the list (default: every recording)')
    .description('end a recording, or all')
    .addHelpText('after', formatExamples('goldfish record stop', 'goldfish record stop 1a2b3c4d'))
    .action((id: string | undefined) =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/record/stop', { id }, { signal: context.signal });
        return { result, text: formatRecordings(result.recordings, 'Nothing is recorded.') };
      }),
    );
};
