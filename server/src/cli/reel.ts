import { extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { EXPORT_EXTENSIONS, EXPORT_FORMATS } from '../../protocol/names.ts';
import type { ReelResult } from '../../protocol/reel.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { formatTime } from '../core/domain/format-time.ts';
import { usageError } from './cli-failure.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { writeMedia } from './export.ts';
import { formatCount } from './format.ts';
import { rememberHits } from './last-hits.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { addScopeOptions, parseScopeOptions, type ScopeOptions } from './scope-options.ts';

interface ReelOptions extends ScopeOptions {
  readonly length: number;
  readonly output?: string;
  readonly project?: string;
  readonly force?: boolean;
}

/** Parses a length: `90`, `90s`, `2m` or `1:30`. Returns ms. */
function parseLength(text: string): number {
  const match = /^(?:(\d+):([0-5]\d)|(\d+(?:\.\d+)?)(s|m)?)$/.exec(text.trim());
  if (!match) throw new InvalidArgumentError('Write a length such as 90s, 2m or 1:30.');
  const [, minutes, seconds, amount, unit] = match;
  const lengthMs =
    minutes === undefined
      ? Number(amount) * (unit === 'm' ? 60_000 : 1000)
      : Number(minutes) * 60_000 + Number(seconds) * 1000;
  if (lengthMs < 1000 || lengthMs > 3_600_000)
    throw new InvalidArgumentError('A reel lasts from one second to an hour.');
  return Math.round(lengthMs);
}

/** Returns the format of a project file by its extension. */
function findProjectFormat(path: string) {
  const extension = extname(path).slice(1).toLowerCase();
  const format = EXPORT_FORMATS.find((name) => EXPORT_EXTENSIONS[name].includes(extension));
  if (format !== undefined) return format;
  throw usageError(
    `The extension of ${path} does not match a project format.`,
    'Use one that ends in .fcpxml, .otio, .edl or .m3u8.',
  );
}

const formatPlan = ({ moments, durationMs }: ReelResult) =>
  [
    ...moments.map(({ path, startMs, endMs, text }) => {
      const name = path.split(/[/\\]/).at(-1) ?? path;
      return sanitiseLine(`${name} ${formatTime(startMs)}-${formatTime(endMs)}  ${text}`);
    }),
    `${formatCount(moments.length, 'moment')}, ${formatTime(durationMs)}`,
  ].join('\n');

export const registerReel: RegisterCommand = (program, run) => {
  addScopeOptions(program.command('reel'))
    .argument('<question...>', 'a question, or words to search for')
    .option('--length <length>', 'maximum length of the reel, such as 90s, 2m or 1:30', parseLength, 60_000)
    .option('-o, --output <file>', 'the video file to write, ending in .mp4 (default: list the moments only)')
    .option('--project <file>', 'also write an edit list: .fcpxml, .otio, .edl or .m3u8')
    .option('--force', 'overwrite existing files')
    .description('cut the best moments for a question together, within a given length')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish reel "the new bridge"',
        'goldfish reel "goals and penalties" --length 2m -o goals.mp4',
        'goldfish reel budget --in ~/Videos/Meetings -o cut.mp4 --project cut.fcpxml',
      ),
    )
    .action((words: readonly string[], { length, output, project, force, ...scopeOptions }: ReelOptions) =>
      run(async (context) => {
        const { signal } = context;
        const query = words.join(' ');
        const format = project === undefined ? undefined : findProjectFormat(project);
        const scope = await parseScopeOptions(scopeOptions, context);
        const client = await context.client();
        const reel = await client.request('goldfish/reel', { query, lengthMs: length, scope }, { signal });
        rememberHits(context.dataDir, reel.moments);
        const moments = reel.moments.map(({ uri, startMs, endMs }) => ({ uri, startMs, endMs }));
        const texts = [formatPlan(reel)];
        if (project !== undefined && format !== undefined) {
          const file = pathToFileUri(context.resolvePath(project));
          await client.request('goldfish/export', { moments, format, title: query, file, force }, { signal });
          texts.push(`Wrote ${sanitiseLine(project)}.`);
        }
        if (output === undefined) return { result: reel, text: texts.join('\n') };
        const written = await writeMedia(context, 'cut', moments, { output, force });
        return { result: { ...reel, written: written.result }, text: [...texts, written.text].join('\n') };
      }),
    );
};
