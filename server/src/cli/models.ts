import { Argument } from 'commander';
import type { ModelsListResult } from '../../protocol/models.ts';
import { EXAMINED_ROLES, type ExaminedRole } from '../core/exams/exam-result.ts';
import { MODEL_ROLES as ROLES } from '../core/models/manifest.ts';
import type { Client } from '../daemon/connect.ts';
import { ExitCodes, usageError } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { formatBytes } from './format.ts';
import { formatExam, formatExams, isExamined, takeExams } from './model-exams.ts';
import { pinModels } from './pin-models.ts';
import {
  findMissingDefaults,
  formatMissingModels,
  formatPulledModel,
  formatPulledModels,
  formatPullSize,
  pullModel,
  pullModels,
} from './pull-models.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

const ROLE_LIST = `${ROLES.slice(0, -1).join(', ')} or ${ROLES.at(-1)}`;

function formatModelList({ models, roles, folder, hub, offline }: ModelsListResult): string {
  const roleLines = roles.map(
    ({ role, inUse, why }) => `${role}: ${sanitiseLine(inUse)} (${sanitiseLine(why)})`,
  );
  const rows = models.map((entry) => {
    const { id, role, note, bytes, default: isDefault, licence } = entry;
    const availability =
      bytes === undefined ? `not downloaded, ${formatPullSize(entry)}` : `downloaded, ${formatBytes(bytes)}`;
    const details = [isDefault ? 'default' : '', licence ?? '', note ?? ''].filter(Boolean).join('; ');
    return `  ${(role ?? 'other').padEnd(14)}${sanitiseLine(id)}  [${availability}]\n      ${sanitiseLine(details)}`;
  });
  const sourceNote = offline
    ? 'Downloads are off.'
    : `"goldfish models pull" downloads from ${sanitiseLine(hub)}.`;
  return [...roleLines, '', ...rows, '', `Model folder: ${sanitiseLine(folder)}. ${sourceNote}`].join('\n');
}

interface PullOptions {
  readonly accelerator?: boolean;
  readonly defaults?: boolean;
}

async function pullDefaults(context: CommandContext, client: Client): Promise<CommandResult> {
  const { missing } = await findMissingDefaults(context, client);
  if (missing.length === 0) {
    const text = 'Nothing to download: every default model is here, or a setting names another model.';
    return { result: { pulled: [], failed: [] }, text };
  }
  context.err.write(`${formatMissingModels(missing)}\n`);
  const result = await pullModels(context, client, missing);
  const code = result.failed.length > 0 ? ExitCodes.failed : ExitCodes.done;
  return { result, text: formatPulledModels(result), code };
}

/** Adds `models use` and `models exam`. */
const registerUse: RegisterCommand = (command, run) => {
  command
    .command('use')
    .addArgument(new Argument('<role>', ROLE_LIST).choices(ROLES))
    .argument(
      '[model]',
      'hub id, absolute folder, http://host/v1#model, or none (default: the default model)',
    )
    .option('--no-exam', 'do not try the model with a small exam')
    .description('choose the model for a role, and try it with a small exam')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish models use captioner /models/my-vlm',
        'goldfish models use transcriber http://127.0.0.1:8000/v1#whisper-1',
        'goldfish models use answerer http://127.0.0.1:11434/v1#qwen3:8b',
      ),
    )
    .action((role: string, model: string | undefined, options: { readonly exam: boolean }) =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const value = model ?? null;
        await client.request('goldfish/settings/set', { key: `models.${role}`, value }, { signal });
        const result = await client.request('goldfish/models/list', {}, { signal });
        const roles = result.roles.filter((candidate) => candidate.role === role);
        const text = formatModelList({ ...result, models: [], roles: roles }).split('\n', 1)[0] ?? '';
        if (!options.exam || model === undefined || !isExamined(role)) return { result, text };
        const { exams } = await takeExams(context, client, role);
        return { result: { ...result, exams }, text: [text, ...exams.map(formatExam)].join('\n') };
      }),
    );
  command
    .command('exam')
    .addArgument(new Argument('[role]', 'a role (default: all)').choices(EXAMINED_ROLES))
    .description('try the models in use with a small exam; one that makes answers or hits worse is not used')
    .addHelpText('after', formatExamples('goldfish models exam', 'goldfish models exam answerer'))
    .action((role: ExaminedRole | undefined) =>
      run(async (context) => {
        const result = await takeExams(context, await context.client(), role);
        return { result, text: formatExams(result) };
      }),
    );
};

export const registerModels: RegisterCommand = (program, run) => {
  const command = program
    .command('models')
    .description('list, download and choose models for transcription, descriptions, search and answers')
    .addHelpText('after', formatExamples('goldfish models', 'goldfish models pull --defaults'));
  command
    .command('list', { isDefault: true })
    .description('list known models, with the downloaded ones and the ones in use')
    .addHelpText('after', formatExamples('goldfish models list', 'goldfish models list --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/models/list', {}, { signal: context.signal });
        return { result, text: formatModelList(result) };
      }),
    );
  command
    .command('pull')
    .argument('[model]', 'owner/name or owner/name@revision (default: the default captioner)')
    .option('--accelerator', 'also download the model files for GPUs')
    .option('--defaults', 'download every missing default model')
    .description('download a model from the hub; an interrupted download resumes')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish models pull --defaults',
        'goldfish models pull HuggingFaceTB/SmolVLM2-500M-Video-Instruct',
      ),
    )
    .action((model: string | undefined, options: PullOptions) =>
      run(async (context) => {
        if (options.defaults && (model !== undefined || options.accelerator))
          throw usageError(
            '--defaults cannot be combined with a model or --accelerator.',
            'Give either a model or --defaults.',
          );
        const client = await context.client();
        if (options.defaults) return pullDefaults(context, client);
        const result = await pullModel(context, client, model, options.accelerator === true);
        return { result, text: formatPulledModel(result) };
      }),
    );
  command
    .command('pin')
    .argument('[model]', 'owner/name in the manifest (default: every model)')
    .option('--print', 'print the manifest and write nothing')
    .description(
      'fill in revisions, files, sizes and hashes in the manifest from the hub (for Goldfish developers)',
    )
    .addHelpText('after', formatExamples('goldfish models pin', 'goldfish models pin --print'))
    .action((model: string | undefined, options: { readonly print?: boolean }) =>
      run((context) => pinModels(context, model, options.print === true)),
    );
  registerUse(command, run);
  command
    .command('remove')
    .argument('<model>', 'owner/name')
    .description('delete a model from this computer')
    .addHelpText('after', formatExamples('goldfish models remove HuggingFaceTB/SmolVLM2-500M-Video-Instruct'))
    .action((model: string) =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const result = await client.request('goldfish/models/remove', { model }, { signal });
        return { result, text: `Removed ${sanitiseLine(model)}.` };
      }),
    );
};
