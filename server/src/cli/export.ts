import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Option } from 'commander';
import type {
  ExportClipsProgress,
  ExportClipsResult,
  ExportFormat,
  ExportMoment,
} from '../../protocol/export.ts';
import { fileUriOf } from '../base/file-uri.ts';
import { examples, type Outcome, type Register } from './command.ts';
import type { Context } from './context.ts';
import { clean, cleanLine } from './escape.ts';
import { CommandError, usageError } from './failure.ts';
import { clock, count } from './format.ts';
import { rememberedHits } from './last-hits.ts';
import { type View, viewOn } from './progress.ts';
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
const texts = Object.keys(endings) as readonly ExportFormat[];
/** Media files: one for each moment in a folder, or one of all. */
const media = ['clips', 'cut'] as const;
const names = [...texts, ...media] as const;
type Format = (typeof names)[number];

const isText = (format: Format): format is ExportFormat => texts.some((text) => text === format);

interface Options {
  readonly format?: Format;
  readonly output?: string;
  readonly title?: string;
  readonly force?: boolean;
  readonly quick?: boolean;
}

function formatOf({ format, output }: Options): Format {
  if (format !== undefined) return format;
  if (output === undefined) return 'markdown';
  const ending = extname(output).toLowerCase();
  const found = ['.mp4', '.m4a'].includes(ending)
    ? 'cut'
    : texts.find((name) => endings[name].includes(ending));
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

function writeStream(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new CommandError('unavailable', `${path} could not be written: ${message}.`, 'Name another file.');
  }
}

/** Whether a path leads to a pipe or a device, such as /dev/stdout: the daemon has another one, or none. */
function isStream(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

const progressView = ({ doneMs, totalMs, path }: ExportClipsProgress): View => ({
  share: totalMs === 0 ? undefined : doneMs / totalMs,
  text: `${clock(doneMs)} of ${clock(totalMs)}`,
  at: cleanLine(path.split(/[/\\]/).at(-1) ?? ''),
});

/** What was written, and how exact it is. */
function writtenText({ how, files }: ExportClipsResult, given: readonly ExportMoment[]): string {
  const lines = files.map(({ path, pieces, durationMs }, at) => {
    const earlyMs = how === 'copy' ? (given[at]?.startMs ?? 0) - (pieces[0]?.startMs ?? 0) : 0;
    const early = earlyMs > 0 ? `, begins ${(earlyMs / 1000).toFixed(1)} s early` : '';
    return `${cleanLine(path)} (${clock(durationMs)}${early})`;
  });
  const told =
    how === 'exact'
      ? 'Encoded anew: each begins and ends at its frame.'
      : 'Copied without loss: each begins at the key frame before. Leave out --quick for exact ones.';
  return [...lines, `Wrote ${count(files.length, 'file')}. ${told}`].join('\n');
}

/** Has the daemon write media files where `output` says. */
async function writeMedia(
  context: Context,
  format: (typeof media)[number],
  moments: readonly ExportMoment[],
  { output, force, quick }: Options,
): Promise<Outcome> {
  if (output === undefined) {
    const where = format === 'clips' ? 'a folder' : 'a file that ends in .mp4';
    throw usageError(`-f ${format} needs ${where}.`, 'Give it with -o.');
  }
  const path = context.path(output);
  if (format === 'clips') {
    try {
      mkdirSync(path, { recursive: true });
    } catch (cause) {
      const { message } = cause as Error;
      throw new CommandError('unavailable', `${path} cannot be made: ${message}.`, 'Choose another folder.');
    }
  }
  const client = await context.client();
  const progress = viewOn(context.err, context.env, 'writing', progressView);
  const where = format === 'clips' ? { folder: fileUriOf(path) } : { file: fileUriOf(path) };
  try {
    const result = await client.request(
      'goldfish/export/clips',
      { moments, ...where, how: quick ? 'copy' : 'exact', force: force === true },
      { signal: context.signal, onPartial: (value) => progress.show(value as ExportClipsProgress) },
    );
    return { result, text: writtenText(result, moments) };
  } finally {
    progress.end();
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
    .option('-o, --output <path>', 'write a new file instead of printing; with -f clips, the folder for them')
    .option('--title <title>', 'what the list is called')
    .option('--quick', 'copy clips from the key frame before instead of encoding them anew')
    .option('--force', 'write over a file that is there')
    .description(
      'write moments as notes, subtitles, chapters, a play list, a cut list for editors, clip files, or one cut together',
    )
    .addHelpText(
      'after',
      examples(
        'goldfish export > notes.md',
        'goldfish export 1 3 -o cut.fcpxml',
        `goldfish export 'talk.mp4#t=83.2,97' --format edl`,
        'goldfish export 1 3 -f clips -o clips',
        'goldfish export 1 3 -o cut.mp4',
      ),
    )
    .action((given: readonly string[], options: Options) =>
      run(async (context) => {
        const format = formatOf(options);
        const moments = await momentsOf(given, context);
        if (!isText(format)) return writeMedia(context, format, moments, options);
        const client = await context.client();
        const path = options.output === undefined ? undefined : context.path(options.output);
        const stream = path !== undefined && isStream(path);
        // The daemon alone knows which files must not be written over.
        const target =
          path === undefined || stream ? {} : { file: fileUriOf(path), force: options.force === true };
        const params = { moments, format, title: options.title, ...target };
        const result = await client.request('goldfish/export', params, { signal: context.signal });
        if (path === undefined) return { result, text: clean(result.text).replace(/\n$/, '') };
        if (stream) writeStream(path, result.text);
        return {
          result: { format, path, moments: moments.length },
          text: `Wrote ${count(moments.length, 'moment')} to ${cleanLine(path)}.`,
        };
      }),
    );
};
