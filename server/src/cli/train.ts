import { type CommandResult, collectOption, formatExamples, type RegisterCommand } from './command.ts';
import { confirm } from './confirm.ts';
import type { CommandContext } from './context.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';
import { registerTrainingData } from './train-data.ts';
import { installTrainer, runTrainer, TRAINING_PACKAGES_SIZE } from './train-python.ts';
import { registerTrainedUse } from './train-use.ts';

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
  registerTrainingData(command, run);
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
  registerTrainedUse(command, run);
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
        'goldfish train use captioner my-captioner',
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
