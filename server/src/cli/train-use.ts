import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { z } from 'zod';
import type { Client } from '../daemon/connect.ts';
import type { Comparison } from '../evaluation/reporting/compare-runs.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RunCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { withEvaluation } from './eval-context.ts';
import { formatExam, isExamined, takeExams } from './model-exams.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { readState, writeState } from './state-file.ts';

/** Roles whose models can be trained and put into use. */
const TRAINED_ROLES = ['captioner', 'textEmbedder', 'reranker'] as const;
type TrainedRole = (typeof TRAINED_ROLES)[number];

/** What was in use before, by role, for `train undo`. */
const PREVIOUS_FILE = 'previous-models.json';

const share = z.object({ rows: z.number(), first: z.number(), mrr: z.number() });
/** training.json of an exported model, as the trainer writes it. */
const originSchema = z.object({
  role: z.string(),
  contents: z.array(z.string()),
  files: z.record(z.string(), z.string()),
  parity: z.record(z.string(), z.unknown()),
  held_out: z.object({ before: share.nullable(), after: share.nullable() }).nullish(),
});
type Origin = z.infer<typeof originSchema>;

const EXPORT_REMEDY =
  'Write it with "goldfish train export-model", which compares it with the trained weights.';

function readOrigin(folder: string): Origin {
  const path = join(folder, 'training.json');
  if (!existsSync(path))
    throw new CommandError(
      'notFound',
      `${folder} is no model that was trained here: it has no training.json.`,
      EXPORT_REMEDY,
    );
  const parsed = originSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new CommandError('invalid', `${path} is incomplete.`, EXPORT_REMEDY);
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** Throws if a graph is not the one that was compared with the trained weights. */
async function assertUnchanged(folder: string, { files, parity }: Origin): Promise<void> {
  if (Object.keys(parity).length === 0 || Object.keys(files).length === 0)
    throw new CommandError('invalid', `${folder} was not compared with what was trained.`, EXPORT_REMEDY);
  for (const [name, digest] of Object.entries(files)) {
    const path = join(folder, name);
    if (existsSync(path) && (await digestFile(path)) === digest) continue;
    throw new CommandError(
      'invalid',
      `${path} has changed since it was exported, or is missing.`,
      EXPORT_REMEDY,
    );
  }
}

/** How a model compares with the one in use. `better`: undefined if that is not known. */
interface Judgement {
  readonly better: boolean | undefined;
  readonly text: string;
  readonly comparison?: Comparison;
}

const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

function judgeHeldOut({ held_out: heldOut }: Origin): Judgement {
  const { before, after } = heldOut ?? {};
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
  { contents }: Origin,
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
      text: 'Every video with tags or corrections was trained on, so there is nothing to compare on.',
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
  const origin = readOrigin(folder);
  if (origin.role !== role)
    throw new CommandError(
      'invalid',
      `${folder} is a ${origin.role}, and no ${role}.`,
      `Run "goldfish train use ${origin.role} ${argument}".`,
    );
  await assertUnchanged(folder, origin);
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
