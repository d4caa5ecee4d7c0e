import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { TokenPrice } from '../evaluation/judging/judge-answers.ts';
import { ExitCodes } from './cli-failure.ts';
import { collectOption, formatExamples, parseCount, type RunCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { reportEvaluationErrors, withEvaluation } from './eval-context.ts';
import { parsePrice } from './price-argument.ts';

interface JudgeCommandOptions {
  readonly judge: string;
  readonly votes: number;
  readonly budget?: number;
  readonly price?: TokenPrice;
  readonly acceptModel?: readonly string[];
  readonly anyModel?: boolean;
}

/** Parses `5usd` and `5`. */
function parseBudget(text: string): number {
  const dollars = Number(text.replace(/\s*(?:usd|\$)$/i, ''));
  if (!(dollars >= 0)) throw new InvalidArgumentError('Use an amount such as 5usd.');
  return dollars;
}

async function judgeRun(context: CommandContext, name: string, options: JudgeCommandOptions) {
  const [{ evaluationPaths }, runFiles, judging, files, store, { summariseVerdicts }] = await Promise.all([
    import('../evaluation/paths.ts'),
    import('../evaluation/running/run-set.ts'),
    import('../evaluation/judging/judge-run.ts'),
    import('../evaluation/judging/verdict-files.ts'),
    import('../evaluation/running/prediction-store.ts'),
    import('../evaluation/metrics/accuracy.ts'),
  ]);
  const { judgeAnswers, addJudgingCosts } = await import('../evaluation/judging/judge-answers.ts');
  const paths = evaluationPaths(context.dataDir);
  return withEvaluation(context, async (tools) => {
    const folder = paths.run(name);
    runFiles.readRunInfo(folder, name);
    const predictions = [...store.readPredictions(folder).values()];
    if (options.judge === 'exact') {
      const verdicts = judging.judgeWithoutModel(predictions);
      files.writeVerdicts(folder, 'exact', { verdicts });
      return {
        result: { judge: 'exact', verdicts: verdicts.length },
        text: `Judged ${verdicts.length} answers by their words.`,
      };
    }
    const { byOption, byText } = judging.splitByJudge(predictions);
    const judge = tools.createJudge(options.judge);
    const cache = files.openVerdictCache(paths.verdicts, judge.name);
    try {
      const earlier = files.readJudgingCost(folder, judge.name);
      const { verdicts, cost } = await judgeAnswers(byText, {
        judge,
        votes: options.votes,
        price: options.price,
        budget: options.budget,
        acceptedModels: options.anyModel ? undefined : (options.acceptModel ?? []),
        cache: cache.known,
        onVerdict: cache.add,
        onProgress: tools.onProgress,
        signal: tools.signal,
      });
      const all = [...judging.judgeWithoutModel(byOption), ...verdicts];
      files.writeVerdicts(folder, judge.name, { verdicts: all, cost: addJudgingCosts(earlier, cost) });
      const summary = summariseVerdicts(all.map((verdict) => ({ verdict, video: '' })));
      const missing = summary.unjudged + summary.refused;
      const text = `${judge.name}: ${summary.right} of ${summary.decided} right, ${missing} without a verdict; ${cost.calls} calls, ${cost.tokensIn} tokens in, ${cost.tokensOut} out, $${cost.dollars.toFixed(2)}.`;
      return {
        result: { judge: judge.name, cost, summary },
        text,
        code: summary.unjudged > 0 ? ExitCodes.failed : ExitCodes.done,
      };
    } finally {
      cache.close();
      await judge.close();
    }
  });
}

async function importJudged(context: CommandContext, name: string, judged: string) {
  const [{ evaluationPaths }, { readRunInfo }, files, store] = await Promise.all([
    import('../evaluation/paths.ts'),
    import('../evaluation/running/run-set.ts'),
    import('../evaluation/judging/verdict-files.ts'),
    import('../evaluation/running/prediction-store.ts'),
  ]);
  return reportEvaluationErrors(() => {
    const folder = evaluationPaths(context.dataDir).run(name);
    readRunInfo(folder, name);
    const predictions = [...store.readPredictions(folder).values()];
    const verdicts = files.importVerdicts(context.resolvePath(judged), predictions);
    files.writeVerdicts(folder, 'imported', { verdicts });
    const found = verdicts.filter(({ outcome }) => outcome === 'judged').length;
    return {
      result: { found, items: verdicts.length },
      text: `Imported verdicts for ${found} of ${verdicts.length} answers.`,
    };
  });
}

export function registerEvalJudge(command: Command, run: RunCommand): void {
  command
    .command('judge')
    .argument('<run>', 'a run')
    .option(
      '--judge <judge>',
      'exact (by words, free), answerer (the default local model), a hub id, a folder, or http://host/v1#model, which then receives questions and answers',
      'exact',
    )
    .option('--votes <n>', 'verdicts for each answer; the majority counts', parseCount, 1)
    .option('--price <in,out>', 'dollars for a million tokens in and out', parsePrice)
    .option('--budget <amount>', 'most that judging may cost, such as 5usd; needs --price', parseBudget)
    .option(
      '--accept-model <name>',
      'another name under which the host may answer (may be repeated)',
      collectOption,
    )
    .option('--any-model', 'accept verdicts whatever model the host says it is')
    .description('judge open answers; verdicts are kept, so nothing is judged twice')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish eval judge first',
        'goldfish eval judge first --judge http://127.0.0.1:8000/v1#qwen --votes 3',
      ),
    )
    .action((name: string, options: JudgeCommandOptions) =>
      run((context) => judgeRun(context, name, options)),
    );
  command
    .command('import')
    .argument('<run>', 'a run')
    .requiredOption('--judged <folder>', 'folder of the verdict files of the original scripts')
    .description('take verdicts that the original scripts made of this run')
    .addHelpText('after', formatExamples('goldfish eval import first --judged ~/verdicts'))
    .action((name: string, { judged }: { readonly judged: string }) =>
      run((context) => importJudged(context, name, judged)),
    );
}
