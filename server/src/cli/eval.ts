import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationTools } from '../evaluation/evaluation-tools.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { createProgressDisplay } from './progress.ts';

/** Runs an evaluation with its tools. Loads the adapters only now. Errors of evaluations become errors of the command. */
async function withEvaluation(
  context: CommandContext,
  work: (tools: EvaluationTools) => Promise<CommandResult>,
): Promise<CommandResult> {
  const [{ createEvaluationTools }, { EvaluationError }] = await Promise.all([
    import('../daemon/run-evaluation.ts'),
    import('../evaluation/evaluation-error.ts'),
  ]);
  const { signal } = context;
  const progress = createProgressDisplay<string>(context.err, context.env, 'evaluating', (text) => ({
    fraction: undefined,
    text,
    currentItem: '',
  }));
  const connect = async (dataDir: string) => {
    const client = await context.connect({ dataDir, tied: true, signal });
    if (client) return client;
    throw new CommandError('unavailable', 'The daemon could not be started.', 'Run "goldfish doctor".');
  };
  try {
    return await work(createEvaluationTools({ connect, signal, onProgress: progress.show }));
  } catch (error) {
    if (error instanceof EvaluationError) throw new CommandError('invalid', error.message, error.remedy);
    throw error;
  } finally {
    progress.end();
  }
}

async function selftest(context: CommandContext): Promise<CommandResult> {
  const [{ runSelftest }, { toPaperTables }, { formatTextTable }, { tvqaLong }] = await Promise.all([
    import('../evaluation/selftest/run-selftest.ts'),
    import('../evaluation/reporting/paper-table.ts'),
    import('../evaluation/reporting/format-text.ts'),
    import('../evaluation/sets/tvqa-long.ts'),
  ]);
  return withEvaluation(context, async (tools) => {
    const result = await runSelftest(mkdtempSync(join(tmpdir(), 'goldfish-eval-')), tools);
    const { right, expectedRight, questions, rightForTheRightReason, passed, seconds, report } = result;
    const tables = toPaperTables([{ report, adapter: tvqaLong }]).map(formatTextTable);
    const cited = `${(rightForTheRightReason * 100).toFixed(0)} %`;
    const summary = [
      `Right: ${right} of ${questions}; the known number is ${expectedRight} (the other answers are wrong on purpose).`,
      `Right answers that cite the right place: ${cited}; must be 100 %.`,
      `${passed ? 'Passed' : 'FAILED'} in ${seconds.toFixed(1)} s.`,
    ];
    return {
      result,
      text: [...tables, '', ...summary].join('\n'),
      code: passed ? ExitCodes.done : ExitCodes.failed,
    };
  });
}

export const registerEval: RegisterCommand = (program, run) => {
  const command = program.command('eval').description("measure answers on the field's data sets");
  command
    .command('selftest')
    .description('render a small set with known answers, run it with tiny models, and compare; no network')
    .addHelpText('after', formatExamples('goldfish eval selftest'))
    .action(() => run(selftest));
};
