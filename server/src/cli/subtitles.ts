import { basename, dirname, extname, join } from 'node:path';
import { Option } from 'commander';
import { SUBTITLE_FORMATS } from '../../protocol/names.ts';
import type { SubtitleFormat, SubtitlesProgress, SubtitlesResult } from '../../protocol/subtitles.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { formatCount } from './format.ts';
import { toLocalUri } from './path-argument.ts';
import { createProgressDisplay, type ProgressView } from './progress.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface SubtitleOptions {
  readonly output?: string;
  readonly format?: SubtitleFormat;
  readonly speakers?: boolean;
  readonly translate?: string;
  readonly force?: boolean;
}

/** Returns the format that is asked for, or else the one that the ending of `-o` names. */
function chooseFormat({ format, output = '' }: SubtitleOptions): SubtitleFormat {
  return format ?? SUBTITLE_FORMATS.find((name) => extname(output).toLowerCase() === `.${name}`) ?? 'srt';
}

const toProgressView = ({ done, total }: SubtitlesProgress): ProgressView => ({
  fraction: done / Math.max(1, total),
  text: `${done} of ${formatCount(total, 'line')}`,
  currentItem: '',
});

/** Says which model translated, what it left out, and where the text went. */
function describeTranslation(translation: SubtitlesResult['translation']): readonly string[] {
  if (translation === undefined) return [];
  const { model, sentTo, untranslated } = translation;
  return [
    `Translated by ${sanitiseLine(model)}; check it before you rely on it.`,
    ...(untranslated === 0
      ? []
      : [`${formatCount(untranslated, 'line')} could not be translated and kept their words.`]),
    ...(sentTo === undefined ? [] : [`The text was sent to ${sanitiseLine(sentTo)}.`]),
  ];
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
    .option(
      '--translate <language>',
      'let the model that writes answers translate, such as into de; on a host, it gets the text',
    )
    .option('--force', 'overwrite an existing file')
    .description('write what is said in a video as subtitles, with your corrections')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish subtitles talk.mp4',
        'goldfish subtitles talk.mp4 -o talk.vtt',
        'goldfish subtitles talk.mp4 --translate de',
      ),
    )
    .action((video: string, options: SubtitleOptions) =>
      run(async (context) => {
        const format = chooseFormat(options);
        const { translate } = options;
        const suffix = translate === undefined ? '' : `.${translate}`;
        const videoPath = context.resolvePath(video);
        const path =
          options.output === undefined
            ? join(dirname(videoPath), `${basename(videoPath, extname(videoPath))}${suffix}.${format}`)
            : context.resolvePath(options.output);
        const params = {
          uri: toLocalUri(video, context.resolvePath),
          format,
          file: pathToFileUri(path),
          speakers: options.speakers,
          translate,
          force: options.force,
        };
        const client = await context.client();
        const progress = createProgressDisplay(context.err, context.env, 'translating', toProgressView);
        const { subtitles, translation } = await client
          .request('goldfish/subtitles', params, {
            signal: context.signal,
            onPartial: (value) => progress.show(value as SubtitlesProgress),
          })
          .finally(() => progress.end());
        const count = formatCount(subtitles, 'subtitle');
        const lines = [`Wrote ${count} to ${sanitiseLine(path)}.`, ...describeTranslation(translation)];
        return { result: { format, path, subtitles, translation }, text: lines.join('\n') };
      }),
    );
};
