import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import type { DaemonSettingValue, Modality, RunSettings } from '../evaluation/running/run-settings.ts';
import type { VariantAxis } from '../evaluation/running/run-variants.ts';
import { ExitCodes, usageError } from './cli-failure.ts';
import { collectOption, formatExamples, parseCount, type RunCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { requireSet, withEvaluation } from './eval-context.ts';

interface RunOptions {
  readonly name?: string;
  readonly limit?: number;
  readonly ids?: string;
  readonly shard?: string;
  readonly k?: string;
  readonly use?: readonly string[];
  readonly subtitles: boolean;
  readonly speech: boolean;
  readonly transcribe?: boolean;
  readonly inspect?: boolean;
  readonly library?: boolean;
  readonly bare?: boolean;
  readonly unknown?: boolean;
  readonly answer?: string;
  readonly merge?: string;
  readonly oracle?: boolean;
  readonly distract?: string;
  readonly blind?: boolean;
  readonly absent?: boolean;
  readonly likelihood?: boolean;
  readonly rotate: number;
  readonly answerer?: string;
  readonly captioner?: string;
  readonly embedder?: string;
  readonly reranker?: string;
  readonly transcriber?: string;
  readonly set?: readonly string[];
  readonly seed: number;
}

const splitList = (text: string) => text.split(',').map((part) => part.trim());

function parseWholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Use a whole number from 0.');
  return value;
}

/** Parses `-k 1,3,5,-1`. */
function parseClipCounts(text: string): readonly number[] {
  return splitList(text).map((part) => {
    const count = Number(part);
    if (Number.isInteger(count) && (count === -1 || (count >= 1 && count <= 100))) return count;
    throw usageError(`-k ${part} is not a number of clips.`, 'Use -1 or a whole number from 1 to 100.');
  });
}

/** Parses `--use captions,speech`, and `|` between several. */
async function parseModalities(values: readonly string[]): Promise<readonly (readonly Modality[])[]> {
  const { MODALITIES } = await import('../evaluation/running/run-settings.ts');
  const isModality = (text: string): text is Modality => Object.hasOwn(MODALITIES, text);
  return values
    .flatMap((value) => value.split('|'))
    .map((combination) =>
      splitList(combination).map((part) => {
        if (isModality(part)) return part;
        throw usageError(`--use ${part} is unknown.`, `Use ${Object.keys(MODALITIES).join(', ')}.`);
      }),
    );
}

/** Parses `--merge yes,no`. */
function parseMerge(text: string): readonly boolean[] {
  return splitList(text).map((part) => {
    if (part === 'yes' || part === 'no') return part === 'yes';
    throw usageError(`--merge ${part} is unknown.`, 'Use yes, no, or yes,no.');
  });
}

/** Parses `--distract 0,2`. */
function parseDistract(text: string): readonly number[] {
  return splitList(text).map((part) => {
    const count = Number(part);
    if (part !== '' && Number.isInteger(count) && count >= 0 && count <= 50) return count;
    throw usageError(`--distract ${part} is not a number of clips.`, 'Use whole numbers from 0 to 50.');
  });
}

/** Throws a usage error for options that contradict each other about speech. */
function assertSpeechOptions({ speech, transcribe, transcriber }: RunOptions): void {
  if (!speech && (transcribe || transcriber !== undefined))
    throw usageError(
      `--no-speech and ${transcribe ? '--transcribe' : '--transcriber'} exclude each other.`,
      'Use one of them.',
    );
  if (transcribe && splitList(transcriber ?? '').includes('none'))
    throw usageError(
      '--transcribe needs a transcriber.',
      'Leave out --transcriber none, or use --no-speech.',
    );
}

/** Throws a usage error for options that contradict each other. */
function assertCompatible(options: RunOptions): void {
  const { oracle, distract, blind, absent, library, answer, merge } = options;
  assertSpeechOptions(options);
  if (distract !== undefined && !oracle)
    throw usageError('--distract needs --oracle.', 'Add --oracle: wrong clips are added to the right ones.');
  const others = [oracle && '--oracle', absent && '--absent', library && '--library', answer && '--answer'];
  const other = [...others, merge && '--merge'].find(Boolean);
  if (blind && other)
    throw usageError(
      `--blind and ${other} exclude each other.`,
      'A blind run gets no evidence. Use one of them.',
    );
  if (oracle && (absent || merge))
    throw usageError(
      `--oracle and ${absent ? '--absent' : '--merge'} exclude each other.`,
      'With --oracle nothing is searched. Use one of them.',
    );
}

/** Parses `--set KEY=VALUE`: numbers, true and false by their form, everything else as text. */
function parseSetting(text: string): readonly [string, DaemonSettingValue] {
  const [, key, value] = /^([A-Za-z.]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw usageError(`--set ${text} has no "=".`, 'Write --set clips.seconds=15.');
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'number' || typeof parsed === 'boolean' || Array.isArray(parsed))
      return [key, parsed as DaemonSettingValue];
  } catch {
    // Not JSON: text.
  }
  return [key, value];
}

/** Returns the axis of a model option: `--embedder none,owner/name`. */
function modelAxis(name: string, setting: string, list: string | undefined): readonly VariantAxis[] {
  if (list === undefined) return [];
  const values = splitList(list).map((label) => ({ label, change: { daemon: { [setting]: label } } }));
  return [{ name, values }];
}

function toValues<T>(
  values: readonly T[],
  toChange: (value: T) => Partial<RunSettings>,
): VariantAxis['values'] {
  return values.map((value) => ({ label: String(value), change: toChange(value) }));
}

async function toAxes(options: RunOptions): Promise<readonly VariantAxis[]> {
  const { k, use = [] } = options;
  const counts = k === undefined ? [] : parseClipCounts(k);
  const modalities = await parseModalities(use);
  return [
    ...(counts.length > 0
      ? [{ name: 'k', values: counts.map((count) => ({ label: String(count), change: { k: count } })) }]
      : []),
    ...(modalities.length > 0
      ? [
          {
            name: '',
            values: modalities.map((parts) => ({ label: parts.join('+'), change: { use: parts } })),
          },
        ]
      : []),
    ...(options.merge === undefined
      ? []
      : [{ name: 'merge_', values: toValues(parseMerge(options.merge), (merge) => ({ merge })) }]),
    ...(options.distract === undefined
      ? []
      : [
          {
            name: 'distract',
            values: toValues(parseDistract(options.distract), (distract) => ({ distract })),
          },
        ]),
    ...modelAxis('answerer_', 'models.answerer', options.answerer),
    ...modelAxis('captioner_', 'models.captioner', options.captioner),
    ...modelAxis('embedder_', 'models.textEmbedder', options.embedder),
    ...modelAxis('reranker_', 'models.reranker', options.reranker),
    ...modelAxis('transcriber_', 'models.transcriber', options.transcriber),
  ];
}

function toBaseSettings(
  options: RunOptions,
  answer: readonly Modality[],
  defaults: RunSettings,
): RunSettings {
  return {
    ...defaults,
    subtitles: options.subtitles && options.speech && options.transcribe !== true,
    inspect: options.inspect === true,
    library: options.library === true,
    optionsInQuestion: options.bare !== true,
    unknown: options.unknown === true,
    oracle: options.oracle === true,
    blind: options.blind === true,
    absent: options.absent === true,
    likelihood: options.likelihood === true,
    answerFrom: answer,
    rotate: options.rotate,
    daemon: {
      // Subtitle tracks in the files are no substitute for what is said.
      ...(options.transcribe ? { 'models.transcribeAll': true } : {}),
      ...(options.speech ? {} : { 'models.transcriber': 'none' }),
      ...Object.fromEntries((options.set ?? []).map(parseSetting)),
    },
  };
}

/** Reads the ids of `--ids FILE`, one a line. */
function readIds(context: CommandContext, file: string): ReadonlySet<string> {
  try {
    const text = readFileSync(context.resolvePath(file), 'utf8');
    return new Set(
      text
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    );
  } catch {
    throw usageError(`Cannot read ${file}.`, 'Name a file with one item id a line.');
  }
}

async function runEvaluation(context: CommandContext, id: string, options: RunOptions) {
  await requireSet(id);
  const [{ evaluationPaths }, { readPreparedSet }, { parseShard }, settingsModule, variants, { runSet }] =
    await Promise.all([
      import('../evaluation/paths.ts'),
      import('../evaluation/preparing/prepared-set.ts'),
      import('../evaluation/running/prediction-store.ts'),
      import('../evaluation/running/run-settings.ts'),
      import('../evaluation/running/run-variants.ts'),
      import('../evaluation/running/run-set.ts'),
    ]);
  const shard = options.shard === undefined ? undefined : parseShard(options.shard);
  if (options.shard !== undefined && shard === undefined)
    throw usageError(`--shard ${options.shard} is not a part such as 2/8.`, 'Write --shard 2/8.');
  const { dataDir } = context;
  assertCompatible(options);
  const axes = await toAxes(options);
  const [answer = []] = options.answer === undefined ? [] : await parseModalities([options.answer]);
  const base = toBaseSettings(options, answer, settingsModule.DEFAULT_RUN_SETTINGS);
  const ids = options.ids === undefined ? undefined : readIds(context, options.ids);
  return withEvaluation(context, async (tools) => {
    const set = readPreparedSet(evaluationPaths(dataDir).set(id), id);
    const listed = ids ? set.usableItems.filter((item) => ids.has(item.id)) : set.usableItems;
    const askable = options.oracle ? listed.filter(({ gold }) => (gold.spans ?? []).length > 0) : listed;
    if (options.oracle && askable.length === 0)
      throw usageError(`${id} does not say where its answers are.`, 'Leave out --oracle.');
    const items = variants.sampleItems(askable, options.limit, options.seed);
    if (items.length === 0)
      throw usageError(`No items of ${id} are left to ask.`, `See "goldfish eval prepare ${id} --help".`);
    const outcomes = [];
    for (const { suffix, settings } of variants.combineVariants(base, axes)) {
      const name = `${options.name ?? id}${suffix}`;
      const request = {
        name,
        set,
        settings,
        items,
        seed: options.seed,
        dataDir,
        ...(shard ? { shard } : {}),
      };
      outcomes.push(await runSet(request, tools));
    }
    const lines = outcomes.map(
      ({ name, asked, reused, failed, complete }) =>
        `${name}: ${asked} asked, ${reused} known already${failed > 0 ? `, ${failed} failed` : ''}. ${complete ? 'Complete.' : 'Not complete: run the same command again.'}`,
    );
    const names = outcomes.map(({ name }) => name).join(' ');
    const hasFailures = outcomes.some(({ failed }) => failed > 0);
    return {
      result: { runs: outcomes },
      text: [...lines, `Next: goldfish eval report ${names}`].join('\n'),
      code: hasFailures ? ExitCodes.failed : ExitCodes.done,
    };
  });
}

export function registerEvalRun(command: Command, run: RunCommand): void {
  command
    .command('run')
    .argument('<set>', 'a prepared set')
    .option('--name <name>', 'name of the run (default: that of the set); the same name continues')
    .option('--limit <n>', 'only so many items, drawn with --seed', parseCount)
    .option('--ids <file>', 'only the items listed in a file, one id a line')
    .option('--shard <i/n>', 'only part i of n, split by video; parts merge when all are done')
    .option('-k <list>', 'clips to answer from, -1 for all; a list such as 1,3,5,-1 makes a run for each')
    .option(
      '--use <modalities>',
      'evidence to search: speech, captions, screen, titles, looks, facts; join with commas, separate runs with | or repeat',
      collectOption,
    )
    .option('--no-subtitles', "leave the set's subtitles out")
    .option('--transcribe', "transcribe what is said instead of using the set's subtitles")
    .option('--no-speech', 'use neither subtitles nor a transcriber: pictures alone')
    .option('--inspect', 'look at the frames of the clips found again')
    .option('--library', 'search the whole set instead of the video of the question')
    .option('--bare', 'ask without the options; the answer is compared with them')
    .option('--unknown', 'add an option that says that the video does not answer')
    .option(
      '--answer <modalities>',
      'answer from this evidence of the clips found; other evidence only finds them',
    )
    .option('--merge <yes,no>', 'no: captions and speech are documents of their own, and k counts both')
    .option('--oracle', 'answer from the clips where the answer is; needs a set with gold spans')
    .option('--distract <list>', 'with --oracle: so many wrong clips of the same video beside them')
    .option('--blind', 'ask the answerer without any evidence: what it guesses')
    .option('--absent', 'search every video but the right one: any answer is wrong')
    .option('--likelihood', 'choose the option that the model finds most likely, whatever it writes')
    .option('--rotate <n>', 'show the options rotated by n places', parseWholeNumber, 0)
    .option('--answerer <list>', 'model or models for models.answerer')
    .option('--captioner <list>', 'model or models for models.captioner')
    .option('--embedder <list>', 'model or models for models.textEmbedder; none for words only')
    .option('--reranker <list>', 'model or models for models.reranker')
    .option('--transcriber <list>', 'model or models for models.transcriber')
    .option('--set <key=value>', 'any other setting of the daemon (may be repeated)', collectOption)
    .option('--seed <n>', 'seed of --limit and of intervals', parseWholeNumber, 0)
    .description(
      'index a prepared set in a data folder of its own and ask its questions; continues where it stopped',
    )
    .addHelpText(
      'after',
      formatExamples(
        'goldfish eval run tvqa-long --limit 500 --name first',
        'goldfish eval run tvqa-long -k 1,3,5,-1 --use "speech|captions|captions,speech"',
        'goldfish eval run lvbench --embedder none,Xenova/bge-small-en-v1.5',
      ),
    )
    .action((id: string, options: RunOptions) => run((context) => runEvaluation(context, id, options)));
}
