import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { IMPORT_FORMATS, TRAINING_SOURCES } from '../../protocol/names.ts';
import type {
  ImportFormat,
  TrainingExportProgress,
  TrainingExportResult,
  TrainingImportResult,
} from '../../protocol/training.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import type { Client } from '../daemon/connect.ts';
import type { TokenPrice } from '../evaluation/judging/judge-answers.ts';
import { type CommandResult, collectOption, formatExamples, parseCount, type RunCommand } from './command.ts';
import { confirm } from './confirm.ts';
import type { CommandContext } from './context.ts';
import { formatCount } from './format.ts';
import { toLocalUri } from './path-argument.ts';
import { parsePrice } from './price-argument.ts';
import { createProgressDisplay } from './progress.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

type Source = (typeof TRAINING_SOURCES)[number];
interface Split {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

interface ExportOptions {
  readonly from?: readonly Source[];
  readonly in?: readonly string[];
  readonly split?: Split;
  readonly captions?: number;
  readonly host?: string;
  readonly hostClips?: number;
  readonly price?: TokenPrice;
  readonly yes?: boolean;
}

function parseSplit(text: string): Split {
  const shares = text.split('/').map(Number);
  const [train = 0, validation = 0, test = 0] = shares;
  if (shares.length !== 3 || shares.some((share) => !Number.isInteger(share) || share < 0))
    throw new InvalidArgumentError('Use three whole numbers, such as 90/5/5.');
  if (train + validation + test !== 100) throw new InvalidArgumentError('The numbers must add up to 100.');
  return { train, validation, test };
}

function parseCaptions(text: string): number {
  const count = Number(text);
  if (text.trim() === '' || !(count >= 0 && count <= 1000))
    throw new InvalidArgumentError('Use a number from 0 to 1000.');
  return count;
}

function formatExported({ path, rows, splits, sources, refused, unreadable }: TrainingExportResult): string {
  const { corrections, tags, captions, subtitles, host } = sources;
  const more = [
    subtitles > 0 ? `, ${subtitles} from subtitles` : '',
    host > 0 ? `, ${host} by the host` : '',
  ].join('');
  const lines = [
    `Wrote ${formatCount(rows, 'row')} to ${sanitiseLine(path)}: ${corrections} corrected, ${tags} tagged, ${captions} as captioned${more}.`,
    `For training ${splits.train}, for validation ${splits.validation}, for the test ${splits.test}. Rows of one video are always together.`,
    ...unreadable.map((video) => `Left out ${sanitiseLine(video.path)}: ${sanitiseLine(video.reason)}`),
  ];
  if (refused > 0) lines.push(`The host described ${formatCount(refused, 'clip')} not at all.`);
  if (splits.validation === 0)
    lines.push('No video fell into the validation part: correct captions of more videos, or give --split.');
  return lines.join('\n');
}

/** Says what a host would get and cost, and asks. Returns the result of the command if nothing may be sent. */
async function askForConsent(
  context: CommandContext,
  client: Client,
  uris: string[] | undefined,
  { host = '', hostClips, price, yes }: ExportOptions,
): Promise<CommandResult | undefined> {
  const estimate = await client.request(
    'goldfish/train/estimate',
    { uris, hostClips },
    { signal: context.signal },
  );
  const { clips, frames, tokensIn, tokensOut } = estimate;
  const dollars = price && (tokensIn * price.input + tokensOut * price.output) / 1_000_000;
  const cost =
    dollars === undefined ? 'Add --price to see what that costs' : `That costs about $${dollars.toFixed(2)}`;
  const text = [
    `${sanitiseLine(host)} would get ${formatCount(frames, 'frame')} of ${formatCount(clips, 'clip')}, with what is said and written in them:`,
    `about ${formatCount(tokensIn, 'token')} in and at most ${formatCount(tokensOut, 'token')} out. ${cost}.`,
  ].join(' ');
  context.err.write(`${text}\n`);
  if (yes || (await confirm(context, 'Send them? [Y/n] '))) return undefined;
  return {
    result: { sent: false, estimate },
    text: 'Nothing was sent or written. Add --yes to send without asking.',
  };
}

async function exportDataSet(
  context: CommandContext,
  folder: string,
  options: ExportOptions,
): Promise<CommandResult> {
  const client = await context.client();
  const { from, in: places, split, captions, host, hostClips } = options;
  const uris = places?.map((place) => toLocalUri(place, context.resolvePath));
  const refusal = host === undefined ? undefined : await askForConsent(context, client, uris, options);
  if (refusal) return refusal;
  const params = {
    folder: pathToFileUri(context.resolvePath(folder)),
    from,
    uris,
    split,
    captionsPerCorrection: captions,
    host,
    hostClips,
  };
  return withRowProgress(context, async (onPartial) => {
    const result = await client.request('goldfish/train/export', params, {
      signal: context.signal,
      onPartial,
    });
    return { result, text: formatExported(result) };
  });
}

async function withRowProgress(
  context: CommandContext,
  work: (onPartial: (value: unknown) => void) => Promise<CommandResult>,
): Promise<CommandResult> {
  const progress = createProgressDisplay<TrainingExportProgress>(
    context.err,
    context.env,
    'writing',
    ({ done, total, path }) => ({
      fraction: total === 0 ? undefined : done / total,
      text: `${done} of ${formatCount(total, 'row')}`,
      currentItem: sanitiseLine(path.split(/[/\\]/).at(-1) ?? ''),
    }),
  );
  try {
    return await work((value) => progress.show(value as TrainingExportProgress));
  } finally {
    progress.end();
  }
}

interface ImportOptions {
  readonly media: string;
  readonly subtitles?: string;
  readonly licence?: string;
  readonly split?: Split;
}

function formatImported({ path, rows, splits, unusable, missing, unreadable }: TrainingImportResult): string {
  const lines = [
    `Wrote ${formatCount(rows, 'row')} to ${sanitiseLine(path)}: ${splits.train} for training, ${splits.validation} for validation, ${splits.test} for the test.`,
  ];
  if (unusable > 0) lines.push(`Left out ${formatCount(unusable, 'incomplete record')}.`);
  if (missing > 0)
    lines.push(`Left out ${formatCount(missing, 'example')} whose file is not in the media folder.`);
  lines.push(
    ...unreadable.map((file) => `Left out ${sanitiseLine(file.path)}: ${sanitiseLine(file.reason)}`),
  );
  return lines.join('\n');
}

async function importDataSet(
  context: CommandContext,
  format: ImportFormat,
  annotations: string,
  folder: string,
  { media, subtitles, licence, split }: ImportOptions,
): Promise<CommandResult> {
  const client = await context.client();
  const uriOf = (path: string) => pathToFileUri(context.resolvePath(path));
  const params = {
    format,
    annotations: uriOf(annotations),
    media: uriOf(media),
    subtitles: subtitles === undefined ? undefined : uriOf(subtitles),
    folder: uriOf(folder),
    licence,
    split,
  };
  return withRowProgress(context, async (onPartial) => {
    const result = await client.request('goldfish/train/import', params, {
      signal: context.signal,
      onPartial,
    });
    return { result, text: formatImported(result) };
  });
}

async function exportSearches(
  context: CommandContext,
  folder: string,
  split: Split | undefined,
): Promise<CommandResult> {
  const client = await context.client();
  const params = { folder: pathToFileUri(context.resolvePath(folder)), split };
  const result = await client.request('goldfish/train/searches', params, { signal: context.signal });
  const { path, rows, splits } = result;
  const lines = [
    `Wrote ${rows.toLocaleString('en')} ${rows === 1 ? 'search' : 'searches'} to ${sanitiseLine(path)}: ${splits.train} for training, ${splits.validation} for validation, ${splits.test} held out.`,
  ];
  if (splits.test === 0)
    lines.push('None is held out, so a gain cannot be shown: collect more, or give --split.');
  return { result, text: lines.join('\n') };
}

/** Adds the commands that write data sets. */
export function registerTrainingData(command: Command, run: RunCommand): void {
  command
    .command('export')
    .argument('<folder>', 'a new folder for the data set')
    .addOption(
      new Option('--from <sources...>', 'what to learn from (default: corrections tags captions)').choices(
        TRAINING_SOURCES,
      ),
    )
    .option('--in <path>', 'only this folder or video (may be repeated)', collectOption)
    .option('--split <shares>', 'percent for training, validation and test (default: 90/5/5)', parseSplit)
    .option('--captions <count>', 'uncorrected captions for each corrected one (default: 5)', parseCaptions)
    .option(
      '--host <address>',
      'let a larger model caption clips: http://host/v1#model, which gets their frames and words',
    )
    .option('--host-clips <count>', 'clips that the host gets (default: 200)', parseCount)
    .option('--price <in,out>', "the host's dollars for a million tokens in and out", parsePrice)
    .option('-y, --yes', 'send to the host without asking')
    .description('write corrections, tags and captions as a data set')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish train export lessons',
        'goldfish train export lessons --host http://10.0.0.5:8000/v1#qwen3-vl --price 0.2,0.8',
      ),
    )
    .action((folder: string, options: ExportOptions) =>
      run((context) => exportDataSet(context, folder, options)),
    );
  command
    .command('searches')
    .argument('<folder>', 'a new folder for the data set')
    .option('--split <shares>', 'percent for training, validation and test (default: 90/5/5)', parseSplit)
    .description(
      'write the searches after which you opened a hit as a data set (needs the setting search.log)',
    )
    .addHelpText(
      'after',
      formatExamples(
        'goldfish settings set search.log true',
        'goldfish train searches searches --split 70/15/15',
      ),
    )
    .action((folder: string, { split }: { readonly split?: Split }) =>
      run((context) => exportSearches(context, folder, split)),
    );
  command
    .command('import')
    .addArgument(new Argument('<format>', 'what the annotations are').choices(IMPORT_FORMATS))
    .argument('<annotations>', 'the file with the texts')
    .argument('<folder>', 'a new folder for the data set')
    .requiredOption('--media <folder>', 'the folder of the videos or pictures')
    .option('--subtitles <folder>', 'the folder of the subtitles (default: that of the media)')
    .option('--licence <name>', 'the licence of the data (default: unknown)')
    .option('--split <shares>', 'percent for training, validation and test (default: 90/5/5)', parseSplit)
    .description('write a data set of others in the form that the trainer reads')
    .addHelpText(
      'after',
      formatExamples('goldfish train import video-instruct train.json lessons --media videos'),
    )
    .action((format: ImportFormat, annotations: string, folder: string, options: ImportOptions) =>
      run((context) => importDataSet(context, format, annotations, folder, options)),
    );
}
