import { extname } from 'node:path';
import { Option } from 'commander';
import type { ChapterFormat } from '../../protocol/chapters.ts';
import { CHAPTER_FORMATS } from '../../protocol/names.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { formatCount } from './format.ts';
import { toLocalUri } from './path-argument.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';

interface ChapterOptions {
  readonly output?: string;
  readonly format?: ChapterFormat;
  readonly force?: boolean;
}

const FORMAT_BY_EXTENSION: Readonly<Record<string, ChapterFormat>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.vtt': 'vtt',
  '.ffmeta': 'ffmetadata',
  '.ffmetadata': 'ffmetadata',
};

/** Returns the format that is asked for, or else the one that the ending of `-o` names. */
function chooseChapterFormat({ format, output = '' }: ChapterOptions): ChapterFormat {
  return format ?? FORMAT_BY_EXTENSION[extname(output).toLowerCase()] ?? 'list';
}

export const registerChapters: RegisterCommand = (program, run) => {
  program
    .command('chapters')
    .argument('<video>', 'an indexed video')
    .option('-o, --output <file>', 'write to a new file instead of the terminal')
    .addOption(
      new Option('-f, --format <format>', 'the format (default: by the extension of -o, else list)').choices(
        CHAPTER_FORMATS,
      ),
    )
    .option('--force', 'overwrite an existing file')
    .description('write the chapters of a video: those of the file, or else automatic ones')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish chapters talk.mp4',
        'goldfish chapters talk.mp4 -f markdown >> notes.md',
        'goldfish chapters talk.mp4 -o talk.ffmeta',
      ),
    )
    .action((video: string, options: ChapterOptions) =>
      run(async (context) => {
        const format = chooseChapterFormat(options);
        const path = options.output === undefined ? undefined : context.resolvePath(options.output);
        const target = path === undefined ? {} : { file: pathToFileUri(path), force: options.force };
        const params = { uri: toLocalUri(video, context.resolvePath), format, ...target };
        const client = await context.client();
        const { chapters, text } = await client.request('goldfish/chapters', params, {
          signal: context.signal,
        });
        if (path === undefined) return { result: { format, chapters, text }, text: sanitise(text).trimEnd() };
        const count = formatCount(chapters.length, 'chapter');
        return { result: { format, path, chapters }, text: `Wrote ${count} to ${sanitiseLine(path)}.` };
      }),
    );
};
