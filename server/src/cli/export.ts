import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Option } from 'commander';
import type { ExportFormat, ExportMoment } from '../../protocol/export.ts';
import { examples, type Register } from './command.ts';
import type { Context } from './context.ts';
import { clean, cleanLine } from './escape.ts';
import { CommandError, usageError } from './failure.ts';
import { count } from './format.ts';
import { rememberedHits } from './last-hits.ts';
import { targetOf } from './target.ts';

/** The formats and the endings of files that stand for them. */
const endings: { readonly [format in ExportFormat]: readonly string[] } = {
  markdown: ['.md', '.markdown'],
  srt: ['.srt'],
  vtt: ['.vtt'],
  chapters: ['.txt'],
  ffmetadata: ['.ffmeta', '.ffmetadata'],
  m3u: ['.m3u8', '.m3u'],
  edl: ['.edl'],
  otio: ['.otio'],
  fcpxml: ['.fcpxml'],
};
const names = Object.keys(endings) as readonly ExportFormat[];

interface Options {
  readonly format?: ExportFormat;
  readonly output?: string;
  readonly title?: string;
  readonly force?: boolean;
}

function formatOf({ format, output }: Options): ExportFormat {
  if (format !== undefined) return format;
  if (output === undefined) return 'markdown';
  const ending = extname(output).toLowerCase();
  const found = names.find((name) => endings[name].includes(ending));
  if (found !== undefined) return found;
  throw usageError(`${output} does not say which format is meant.`, `Give --format: ${names.join(', ')}.`);
}

async function momentOf(given: string, context: Context): Promise<ExportMoment> {
  const target = targetOf(given, context);
  if ('uri' in target) return target;
  const client = await context.client();
  const clip = await client.request('goldfish/clip', target, { signal: context.signal });
  return { uri: clip.uri, startMs: clip.startMs, endMs: clip.endMs };
}

async function momentsOf(given: readonly string[], context: Context): Promise<readonly ExportMoment[]> {
  if (given.length === 0) {
    const hits = rememberedHits(context.dataDir);
    if (hits.length > 0) return hits;
    throw new CommandError(
      'notFound',
      'There are no hits of a search or answer to export.',
      'Search or ask first, or name links, clip ids or paths.',
    );
  }
  const moments: ExportMoment[] = [];
  for (const one of given) moments.push(await momentOf(one, context));
  return moments;
}

function save(path: string, text: string, force: boolean): void {
  try {
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new CommandError('invalid', `${path} is there already.`, 'Give another name, or --force.');
    }
    throw new CommandError(
      'unavailable',
      `${path} could not be written: ${message}.`,
      'Choose another folder.',
    );
  }
}

export const exportCommand: Register = (program, run) => {
  program
    .command('export')
    .argument(
      '[hit...]',
      'numbers of hits printed last, links, clip ids or paths; all hits printed last where absent',
    )
    .addOption(
      new Option('-f, --format <format>', 'the format; else by the ending of -o, else markdown').choices(
        names,
      ),
    )
    .option('-o, --output <file>', 'write a new file instead of printing')
    .option('--title <title>', 'what the list is called')
    .option('--force', 'write over a file that is there')
    .description('write moments as notes, subtitles, chapters, a play list, or a cut list for editors')
    .addHelpText(
      'after',
      examples(
        'goldfish export > notes.md',
        'goldfish export 1 3 -o cut.fcpxml',
        `goldfish export 'talk.mp4#t=83.2,97' --format edl`,
      ),
    )
    .action((given: readonly string[], options: Options) =>
      run(async (context) => {
        const format = formatOf(options);
        const moments = await momentsOf(given, context);
        const client = await context.client();
        const params = { moments, format, title: options.title };
        const result = await client.request('goldfish/export', params, { signal: context.signal });
        if (options.output === undefined) return { result, text: clean(result.text).replace(/\n$/, '') };
        const path = context.path(options.output);
        save(path, result.text, options.force === true);
        return {
          result: { format, path, moments: moments.length },
          text: `Wrote ${count(moments.length, 'moment')} to ${cleanLine(path)}.`,
        };
      }),
    );
};
