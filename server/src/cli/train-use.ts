import { Argument, type Command } from 'commander';
import type { Client } from '../daemon/connect.ts';
import type { TrainingOrigin } from '../evaluation/own/trained-model.ts';
import type { Comparison } from '../evaluation/reporting/compare-runs.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RunCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { reportEvaluationErrors, withEvaluation } from './eval-context.ts';
import { formatExam, isExamined, takeExams } from './model-exams.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { readState, writeState } from './state-file.ts';

/** Roles whose models can be trained and put into use. */
const TRAINED_ROLES = ['captioner', 'textEmbedder', 'reranker'] as const;
type TrainedRole = (typeof TRAINED_ROLES)[number];

/** What was in use before, by role, for `train undo`. */
const PREVIOUS_FILE = 'previous-models.json';

/** How a model compares with the one in use. `better`: undefined if that is not known. */
interface Judgement {
  readonly better: boolean | undefined;
  readonly text: string;
  readonly comparison?: Comparison;
}

const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

function judgeHeldOut({ held_out: scores }: TrainingOrigin): Judgement {
  const { before, after } = scores ?? {};
  if (!before || !after) return { better: undefined, text: 'No search was held out to compare on.' };
  const text = `On ${after.rows} held-out searches the clicked moment comes first in ${percent(after.first)}, before ${percent(before.first)}; MRR ${after.mrr.toFixed(3)}, before ${before.mrr.toFixed(3)}.`;
  return { better: after.mrr > before.mrr, text };
}

/** Compares captioners on the user's own tags and corrections in videos that were not trained on. */
async function judgeOwn(
  context: CommandContext,
  client: Client,
  folder: string,
  before: string,
  { contents }: TrainingOrigin,
): Promise<Judgement> {
  let comparison: Comparison | undefined;
  const { compareModels } = await import('../evaluation/own/compare-models.ts');
  await withEvaluation(context, async (tools) => {
    const request = {
      key: 'models.captioner',
      before,
      after: folder,
      trainedOn: contents,
      dataDir: context.dataDir,
    };
    comparison = await compareModels(client, request, tools);
    return { result: comparison };
  });
  if (comparison === undefined)
    return {
      better: undefined,
      text: 'There is nothing to compare on: no tag, and no correction of three or more words, in a video that it was not trained on.',
    };
  const { items, accuracyA, accuracyB, interval, isDifferent } = comparison;
  const range = interval
    ? ` (95 % interval of the difference ${percent(interval.low)} to ${percent(interval.high)})`
    : '';
  const conclusion = isDifferent ? '' : ' No difference is certain.';
  const text = `On ${items} of your own tags and corrections it finds ${percent(accuracyB)}, the one in use ${percent(accuracyA)}${range}.${conclusion}`;
  return { better: accuracyB >= accuracyA, text, comparison };
}

interface UseOptions {
  readonly force?: boolean;
}

/** Puts a trained model into use if it is whole, not worse, and works. */
async function useTrained(
  context: CommandContext,
  role: TrainedRole,
  argument: string,
  { force }: UseOptions,
): Promise<CommandResult> {
  const folder = context.resolvePath(argument);
  const { readTrainedModel } = await import('../evaluation/own/trained-model.ts');
  const origin = await reportEvaluationErrors(() => readTrainedModel(folder));
  if (origin.role !== role)
    throw new CommandError(
      'invalid',
      `${folder} is a ${origin.role}, and no ${role}.`,
      `Run "goldfish train use ${origin.role} ${argument}".`,
    );
  const client = await context.client();
  const { signal } = context;
  const key = `models.${role}`;
  const { settings } = await client.request('goldfish/settings/get', { key }, { signal });
  const before = String(settings[key] ?? '');
  const judgement =
    role === 'captioner' ? await judgeOwn(context, client, folder, before, origin) : judgeHeldOut(origin);
  if (judgement.better !== true && !force)
    return {
      result: { used: false, judgement },
      text: `${judgement.text}\nThe model was not put into use. Add --force to use it all the same.`,
      code: ExitCodes.failed,
    };
  await client.request('goldfish/settings/set', { key, value: folder }, { signal });
  const { exams } = isExamined(role) ? await takeExams(context, client, role) : { exams: [] };
  const failed = exams.find(({ fit }) => !fit);
  if (failed && !force) {
    await client.request('goldfish/settings/set', { key, value: before || null }, { signal });
    return {
      result: { used: false, judgement, exams },
      text: `${judgement.text}\n${formatExam(failed)}\nThe model was not put into use.`,
      code: ExitCodes.failed,
    };
  }
  const previous = readState(context.dataDir, PREVIOUS_FILE);
  const known = typeof previous === 'object' && previous !== null ? previous : {};
  writeState(context.dataDir, PREVIOUS_FILE, { ...known, [role]: before });
  const lines = [
    judgement.text,
    ...exams.map(formatExam),
    `${sanitiseLine(folder)} is in use. What the earlier model made answers until the new one has made it again.`,
    `To go back: goldfish train undo ${role}`,
  ];
  return { result: { used: true, judgement, exams }, text: lines.join('\n') };
}

/** Puts back the model that was in use before `train use`. */
async function undo(context: CommandContext, role: TrainedRole): Promise<CommandResult> {
  const previous = readState(context.dataDir, PREVIOUS_FILE);
  const known = typeof previous === 'object' && previous !== null ? previous : {};
  const value: unknown = Reflect.get(known, role);
  if (typeof value !== 'string')
    throw new CommandError(
      'notFound',
      `No trained ${role} was put into use.`,
      `"goldfish models use ${role}" chooses a model.`,
    );
  const client = await context.client();
  const key = `models.${role}`;
  await client.request('goldfish/settings/set', { key, value: value || null }, { signal: context.signal });
  const { [role]: _, ...rest } = known as Record<string, unknown>;
  writeState(context.dataDir, PREVIOUS_FILE, rest);
  return {
    result: { model: value },
    text: `In use again: ${value === '' ? 'the default model' : sanitiseLine(value)}.`,
  };
}

/** Adds the commands that put a trained model into use and take it out again. */
export function registerTrainedUse(command: Command, run: RunCommand): void {
  command
    .command('use')
    .addArgument(new Argument('<role>', TRAINED_ROLES.join(', ')).choices(TRAINED_ROLES))
    .argument('<model>', 'a folder that "train export-model" wrote')
    .option('--force', 'use it even if it is not better, or cannot be compared')
    .description('put a trained model into use if its files are whole and it is no worse than the one in use')
    .addHelpText('after', formatExamples('goldfish train use captioner my-captioner'))
    .action((role: TrainedRole, model: string, options: UseOptions) =>
      run((context) => useTrained(context, role, model, options)),
    );
  command
    .command('undo')
    .addArgument(new Argument('<role>', TRAINED_ROLES.join(', ')).choices(TRAINED_ROLES))
    .description('put the model back that was in use before "train use"')
    .addHelpText('after', formatExamples('goldfish train undo captioner'))
    .action((role: TrainedRole) => run((context) => undo(context, role)));
}
