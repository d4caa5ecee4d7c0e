import { statSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Option } from 'commander';
import type {
  ExportClipsProgress,
  ExportClipsResult,
  ExportFormat,
  ExportMoment,
} from '../../protocol/export.ts';
import { EXPORT_EXTENSIONS, EXPORT_FORMATS } from '../../protocol/names.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { makeFolders } from '../base/make-folders.ts';
import { formatTime } from '../core/domain/format-time.ts';
import { CommandError, usageError } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { formatCount } from './format.ts';
import { parseTarget } from './hit-argument.ts';
import { rememberedHits } from './last-hits.ts';
import { createProgressDisplay, type ProgressView } from './progress.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';

/** Lists the media formats: `clips` writes one file per moment into a folder, `cut` writes one file of all. */
const MEDIA_FORMATS = ['clips', 'cut'] as const;
const FORMAT_NAMES = [...EXPORT_FORMATS, ...MEDIA_FORMATS] as const;
type Format = (typeof FORMAT_NAMES)[number];

const isTextFormat = (format: Format): format is ExportFormat =>
  EXPORT_FORMATS.some((text) => text === format);

interface ExportOptions {
  readonly format?: Format;
  readonly output?: string;
  readonly title?: string;
  readonly force?: boolean;
  readonly quick?: boolean;
}

function chooseFormat({ format, output }: ExportOptions): Format {
  if (format !== undefined) return format;
  if (output === undefined) return 'markdown';
  const extension = extname(output).slice(1).toLowerCase();
  const matchedFormat = ['mp4', 'm4a'].includes(extension)
    ? 'cut'
    : EXPORT_FORMATS.find((name) => EXPORT_EXTENSIONS[name].includes(extension));
  if (matchedFormat !== undefined) return matchedFormat;
  throw usageError(
    `The extension of ${output} does not match an export format.`,
    `Give --format: ${FORMAT_NAMES.join(', ')}.`,
  );
}

async function parseMoment(argument: string, context: CommandContext): Promise<ExportMoment> {
  const target = parseTarget(argument, context);
  if ('uri' in target) return target;
  const client = await context.client();
  const clip = await client.request('goldfish/clip', target, { signal: context.signal });
  return { uri: clip.uri, startMs: clip.startMs, endMs: clip.endMs };
}

async function parseMoments(
  targets: readonly string[],
  context: CommandContext,
): Promise<readonly ExportMoment[]> {
  if (targets.length === 0) {
    const hits = rememberedHits(context.dataDir);
    if (hits.length > 0) return hits;
    throw new CommandError(
      'notFound',
      'Nothing to export: no results of a search or question are stored.',
      'Search or ask first, or give links, clip ids or paths.',
    );
  }
  const moments: ExportMoment[] = [];
  for (const target of targets) moments.push(await parseMoment(target, context));
  return moments;
}

function writeStream(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new CommandError('unavailable', `Could not write ${path}: ${message}.`, 'Choose another file.');
  }
}

/**
 * Returns whether a path is a pipe or a device, such as /dev/stdout. The daemon cannot write it: its own /dev/stdout
 * is a different stream.
 */
function isStream(path: string): boolean {
  const fileStat = statSync(path, { throwIfNoEntry: false });
  return fileStat !== undefined && !fileStat.isFile() && !fileStat.isDirectory();
}

const toProgressView = ({ doneMs, totalMs, path }: ExportClipsProgress): ProgressView => ({
  fraction: totalMs === 0 ? undefined : doneMs / totalMs,
  text: `${formatTime(doneMs)} of ${formatTime(totalMs)}`,
  currentItem: sanitiseLine(path.split(/[/\\]/).at(-1) ?? ''),
});

/** Formats the list of written files and how exact their cuts are. */
function formatWritten({ how, files }: ExportClipsResult, requested: readonly ExportMoment[]): string {
  const lines = files.map(({ path, pieces, durationMs }, index) => {
    const leadMs = how === 'copy' ? (requested[index]?.startMs ?? 0) - (pieces[0]?.startMs ?? 0) : 0;
    const leadNote = leadMs > 0 ? `, starts ${(leadMs / 1000).toFixed(1)} s early` : '';
    return `${sanitiseLine(path)} (${formatTime(durationMs)}${leadNote})`;
  });
  const exactness =
    how === 'exact'
      ? 'Re-encoded: each clip starts and ends at the exact frame.'
      : 'Copied without re-encoding: each clip starts at the key frame before it. For exact cuts, leave out --quick.';
  return [...lines, `Wrote ${formatCount(files.length, 'file')}. ${exactness}`].join('\n');
}

/** Asks the daemon to write media files to `output`. */
export async function writeMedia(
  context: CommandContext,
  format: (typeof MEDIA_FORMATS)[number],
  moments: readonly ExportMoment[],
  { output, force, quick }: ExportOptions,
): Promise<CommandResult> {
  if (output === undefined) {
    const neededOutput = format === 'clips' ? 'a folder' : 'a file ending in .mp4';
    throw usageError(`-f ${format} needs ${neededOutput}.`, 'Give one with -o.');
  }
  const path = context.resolvePath(output);
  if (format === 'clips') {
    try {
      makeFolders(path);
    } catch (cause) {
      const { message } = cause as Error;
      throw new CommandError(
        'unavailable',
        `Could not create ${path}: ${message}.`,
        'Choose another folder.',
      );
    }
  }
  const client = await context.client();
  const progress = createProgressDisplay(context.err, context.env, 'writing', toProgressView);
  const destination = format === 'clips' ? { folder: pathToFileUri(path) } : { file: pathToFileUri(path) };
  try {
    const result = await client.request(
      'goldfish/export/clips',
      { moments, ...destination, how: quick ? 'copy' : 'exact', force: force === true },
      { signal: context.signal, onPartial: (value) => progress.show(value as ExportClipsProgress) },
    );
    return { result, text: formatWritten(result, moments) };
  } finally {
    progress.end();
  }
}

export const registerExport: RegisterCommand = (program, run) => {
  program
    .command('export')
    .argument(
      '[hit...]',
      'numbers of hits in the last results, links, clip ids or paths (default: all hits in the last results)',
    )
    .addOption(
      new Option(
        '-f, --format <format>',
        'the format (default: by the extension of -o, else markdown)',
      ).choices(FORMAT_NAMES),
    )
    .option('-o, --output <path>', 'write to a new file instead of the terminal; with -f clips, to a folder')
    .option('--title <title>', 'title of the list')
    .option('--quick', 'copy clips from the key frame before them instead of re-encoding')
    .option('--force', 'overwrite an existing file')
    .description(
      'export moments as notes, subtitles, chapters, a playlist, an edit decision list, clip files or one joined video',
    )
    .addHelpText(
      'after',
      formatExamples(
        'goldfish export > notes.md',
        'goldfish export 1 3 -o cut.fcpxml',
        `goldfish export 'talk.mp4#t=83.2,97' --format edl`,
        'goldfish export 1 3 -f clips -o clips',
        'goldfish export 1 3 -o cut.mp4',
      ),
    )
    .action((targets: readonly string[], options: ExportOptions) =>
      run(async (context) => {
        const format = chooseFormat(options);
        const moments = await parseMoments(targets, context);
        if (!isTextFormat(format)) return writeMedia(context, format, moments, options);
        const client = await context.client();
        const path = options.output === undefined ? undefined : context.resolvePath(options.output);
        const stream = path !== undefined && isStream(path);
        // Only the daemon knows which files must not be overwritten.
        const target =
          path === undefined || stream ? {} : { file: pathToFileUri(path), force: options.force === true };
        const params = { moments, format, title: options.title, ...target };
        const result = await client.request('goldfish/export', params, { signal: context.signal });
        if (path === undefined) return { result, text: sanitise(result.text).replace(/\n$/, '') };
        if (stream) writeStream(path, result.text);
        return {
          result: { format, path, moments: moments.length },
          text: `Wrote ${formatCount(moments.length, 'moment')} to ${sanitiseLine(path)}.`,
        };
      }),
    );
};
