import { basename, dirname, extname, join } from 'node:path';
import { Option } from 'commander';
import { SUBTITLE_FORMATS } from '../../protocol/names.ts';
import type { SubtitleFormat } from '../../protocol/subtitles.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { formatCount } from './format.ts';
import { toLocalUri } from './path-argument.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface SubtitleOptions {
  readonly output?: string;
  readonly format?: SubtitleFormat;
  readonly speakers?: boolean;
  readonly force?: boolean;
}

/** Returns the format that is asked for, or else the one that the ending of `-o` names. */
function chooseFormat({ format, output = '' }: SubtitleOptions): SubtitleFormat {
  return format ?? SUBTITLE_FORMATS.find((name) => extname(output).toLowerCase() === `.${name}`) ?? 'srt';
}

export const registerSubtitles: RegisterCommand = (program, run) => {
  program
    .command('subtitles')
    .argument('<video>', 'an indexed video')
    .option('-o, --output <file>', 'the file to write; by default beside the video, under its name')
    .addOption(
      new Option('-f, --format <format>', 'srt unless the output ends in .vtt').choices(SUBTITLE_FORMATS),
    )
    .option('--speakers', 'name the speaker where the speaker changes')
    .option('--force', 'overwrite an existing file')
    .description('write what is said in a video as subtitles, with your corrections')
    .addHelpText(
      'after',
      formatExamples('goldfish subtitles talk.mp4', 'goldfish subtitles talk.mp4 -o talk.vtt'),
    )
    .action((video: string, options: SubtitleOptions) =>
      run(async (context) => {
        const format = chooseFormat(options);
        const videoPath = context.resolvePath(video);
        const path =
          options.output === undefined
            ? join(dirname(videoPath), `${basename(videoPath, extname(videoPath))}.${format}`)
            : context.resolvePath(options.output);
        const params = {
          uri: toLocalUri(video, context.resolvePath),
          format,
          file: pathToFileUri(path),
          speakers: options.speakers,
          force: options.force,
        };
        const client = await context.client();
        const { subtitles } = await client.request('goldfish/subtitles', params, { signal: context.signal });
        const count = formatCount(subtitles, 'subtitle');
        return { result: { format, path, subtitles }, text: `Wrote ${count} to ${sanitiseLine(path)}.` };
      }),
    );
};
