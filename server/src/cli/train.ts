import { Argument, InvalidArgumentError, Option } from 'commander';
import { IMPORT_FORMATS, TRAINING_SOURCES } from '../../protocol/names.ts';
import type {
  ImportFormat,
  TrainingExportProgress,
  TrainingExportResult,
  TrainingImportResult,
} from '../../protocol/training.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { type CommandResult, collectOption, formatExamples, type RegisterCommand } from './command.ts';
import { confirm } from './confirm.ts';
import type { CommandContext } from './context.ts';
import { formatCount } from './format.ts';
import { toLocalUri } from './path-argument.ts';
import { createProgressDisplay } from './progress.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';
import { installTrainer, runTrainer, TRAINING_PACKAGES_SIZE } from './train-python.ts';

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

function formatExported({ path, rows, splits, sources, unreadable }: TrainingExportResult): string {
  const { corrections, tags, captions } = sources;
  const lines = [
    `Wrote ${formatCount(rows, 'row')} to ${sanitiseLine(path)}: ${corrections} corrected, ${tags} tagged, ${captions} as captioned.`,
    `For training ${splits.train}, for validation ${splits.validation}, for the test ${splits.test}. Rows of one video are always together.`,
    ...unreadable.map((video) => `Left out ${sanitiseLine(video.path)}: ${sanitiseLine(video.reason)}`),
  ];
  if (splits.validation === 0)
    lines.push('No video fell into the validation part: correct captions of more videos, or give --split.');
  return lines.join('\n');
}

async function exportDataSet(
  context: CommandContext,
  folder: string,
  { from, in: places, split, captions }: ExportOptions,
): Promise<CommandResult> {
  const client = await context.client();
  const params = {
    folder: pathToFileUri(context.resolvePath(folder)),
    from,
    uris: places?.map((place) => toLocalUri(place, context.resolvePath)),
    split,
    captionsPerCorrection: captions,
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

async function install(context: CommandContext, confirmed: boolean): Promise<CommandResult> {
  const question = `Download Python packages for training (${TRAINING_PACKAGES_SIZE})?`;
  if (!confirmed && !(await confirm(context, question)))
    return {
      result: { installed: false },
      text: 'Nothing was installed. Add --yes to install without asking.',
    };
  const { folder } = await installTrainer(context);
  return { result: { installed: true, folder }, text: `Installed in ${sanitiseLine(folder)}.` };
}

/** Runs a command of the trainer and shows what it says about its result. */
async function train(
  context: CommandContext,
  command: string,
  args: readonly (string | undefined)[],
): Promise<CommandResult> {
  const { text, ...result } = await runTrainer(
    command,
    args.filter((argument) => argument !== undefined),
    context,
  );
  return { result, text: typeof text === 'string' ? sanitise(text) : undefined };
}

const option = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value]);

interface FitOptions {
  readonly base?: string;
  readonly stage?: string;
  readonly config?: string;
  readonly mix?: readonly string[];
  readonly output?: string;
}

export const registerTrain: RegisterCommand = (program, run) => {
  const command = program
    .command('train')
    .description('teach the captioner from your corrections (docs/training.md)')
    .addHelpText('after', formatExamples('goldfish train install', 'goldfish train export lessons'));
  command
    .command('export')
    .argument('<folder>', 'a new folder for the data set')
    .addOption(
      new Option('--from <sources...>', 'what to learn from (default: all)').choices(TRAINING_SOURCES),
    )
    .option('--in <path>', 'only this folder or video (may be repeated)', collectOption)
    .option('--split <shares>', 'percent for training, validation and test (default: 90/5/5)', parseSplit)
    .option('--captions <count>', 'uncorrected captions for each corrected one (default: 5)', parseCaptions)
    .description('write corrections, tags and captions as a data set')
    .addHelpText('after', formatExamples('goldfish train export lessons'))
    .action((folder: string, options: ExportOptions) =>
      run((context) => exportDataSet(context, folder, options)),
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
  command
    .command('install')
    .option('-y, --yes', 'do not ask')
    .description('install the Python packages that the following commands need')
    .addHelpText('after', formatExamples('goldfish train install'))
    .action((options: { readonly yes?: boolean }) =>
      run((context) => install(context, options.yes === true)),
    );
  command
    .command('check')
    .argument('<folder>', 'a data set')
    .description(
      'look for faults in a data set: missing frames, leaks between its parts, texts that are too long',
    )
    .addHelpText('after', formatExamples('goldfish train check lessons'))
    .action((folder: string) => run((context) => train(context, 'check', [context.resolvePath(folder)])));
  command
    .command('fit')
    .argument('<folder>', 'a data set')
    .requiredOption('--base <model>', 'the model to start from: a folder with model.safetensors, or a hub id')
    .requiredOption('-o, --output <run>', 'a folder for checkpoints and measurements')
    .option('--stage <name>', 'align, caption, instruct or prefer (default: caption)')
    .option('--config <file>', 'a TOML file with other values than the defaults')
    .option('--mix <folder=share>', 'add so many rows of another data set (may be repeated)', collectOption)
    .description('train. The same command resumes an interrupted run at its last checkpoint')
    .addHelpText('after', formatExamples('goldfish train fit lessons --base models/smolvlm2 -o run'))
    .action((folder: string, { base = '', stage, config, mix = [], output = '' }: FitOptions) =>
      run((context) =>
        train(context, 'fit', [
          context.resolvePath(folder),
          '--base',
          toModelArgument(base, context),
          '--output',
          context.resolvePath(output),
          ...option('--stage', stage),
          ...option('--config', config && context.resolvePath(config)),
          ...mix.flatMap((text) => ['--mix', context.resolvePath(text)]),
        ]),
      ),
    );
  command
    .command('export-model')
    .argument('<run>', 'the folder of a run, or of a model with model.safetensors')
    .argument('<model>', 'a new folder for the model')
    .option('--precision <names...>', 'fp32, fp16, q8 (default: fp32 q8)')
    .description('write what was trained as a model that the daemon runs, and test that both say the same')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish train export-model run my-captioner',
        'goldfish models use captioner "$PWD/my-captioner"',
      ),
    )
    .action(
      (source: string, target: string, { precision = [] }: { readonly precision?: readonly string[] }) =>
        run((context) =>
          train(context, 'export-model', [
            context.resolvePath(source),
            context.resolvePath(target),
            ...precision.flatMap((name) => ['--precision', name]),
          ]),
        ),
    );
};

/** Returns the absolute path of a folder that exists, and other names unchanged, as they are ids of the hub. */
function toModelArgument(base: string, context: CommandContext): string {
  const isHubId = /^[\w.-]+\/[\w.-]+$/.test(base) && !base.startsWith('.');
  return isHubId ? base : context.resolvePath(base);
}
