import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExitCodes, usageError } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { withEvaluation } from './eval-context.ts';
import { registerEvalJudge } from './eval-judge.ts';
import { registerEvalLabel } from './eval-label.ts';
import { registerEvalOwn } from './eval-own.ts';
import { registerEvalReport } from './eval-report.ts';
import { registerEvalRun } from './eval-run.ts';
import { registerEvalSets } from './eval-sets.ts';

async function selftest(context: CommandContext, set: string): Promise<CommandResult> {
  const [{ runSelftest, SELFTEST_WORLDS }, { toPaperTables }, { formatTextTable }] = await Promise.all([
    import('../evaluation/selftest/run-selftest.ts'),
    import('../evaluation/reporting/paper-table.ts'),
    import('../evaluation/reporting/format-text.ts'),
  ]);
  const world = SELFTEST_WORLDS.find(({ adapter }) => adapter.id === set);
  if (!world)
    throw usageError(
      `There is no self-test of ${set}.`,
      `Use ${SELFTEST_WORLDS.map(({ adapter }) => adapter.id).join(', ')}.`,
    );
  return withEvaluation(context, async (tools) => {
    const result = await runSelftest(world, mkdtempSync(join(tmpdir(), 'goldfish-eval-')), tools);
    const { right, expectedRight, questions, rightForTheRightReason, passed, seconds, report } = result;
    const tables = toPaperTables([{ report, adapter: world.adapter }]).map(formatTextTable);
    const summary = [
      `Right: ${right} of ${questions}; the known number is ${expectedRight} (the other gold answers are wrong on purpose).`,
      ...(rightForTheRightReason === undefined
        ? []
        : [
            `Right answers that cite the right place: ${(rightForTheRightReason * 100).toFixed(0)} %; must be 100 %.`,
          ]),
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
  const command = program
    .command('eval')
    .description("measure answers on the field's data sets")
    .addHelpText('after', formatExamples('goldfish eval sets', 'goldfish eval run own'));
  registerEvalSets(command, run);
  registerEvalOwn(command, run);
  registerEvalRun(command, run);
  registerEvalJudge(command, run);
  registerEvalLabel(command, run);
  registerEvalReport(command, run);
  command
    .command('selftest')
    .argument('[set]', 'the format: tvqa-long, msvd-qa, lvbench or qvhighlights', 'tvqa-long')
    .description('render a small set with known answers, run it with tiny models, and compare; no network')
    .addHelpText('after', formatExamples('goldfish eval selftest', 'goldfish eval selftest lvbench'))
    .action((set: string) => run((context) => selftest(context, set)));
};
