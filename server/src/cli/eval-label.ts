import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { EvalPrediction } from '../evaluation/item.ts';
import { usageError } from './cli-failure.ts';
import { formatExamples, parseCount, type RunCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { reportEvaluationErrors } from './eval-context.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

function formatForLabel({ question, gold, pred }: EvalPrediction, at: number, count: number): string {
  return [
    '',
    `${at + 1} of ${count}: ${sanitiseLine(question)}`,
    `  reference: ${sanitiseLine(gold.text ?? '')}`,
    `  answer:    ${sanitiseLine(pred)}`,
    'Right? [y/n, s to skip, q to stop] ',
  ].join('\n');
}

async function label(context: CommandContext, name: string, count: number) {
  const [{ evaluationPaths }, { readRunInfo }, { readPredictions }, labelFile] = await Promise.all([
    import('../evaluation/paths.ts'),
    import('../evaluation/running/run-set.ts'),
    import('../evaluation/running/prediction-store.ts'),
    import('../evaluation/judging/label-file.ts'),
  ]);
  const { input, err, signal } = context;
  if (!input) throw usageError('There is no terminal to answer on.', 'Run the command in a terminal.');
  return reportEvaluationErrors(async () => {
    const folder = evaluationPaths(context.dataDir).run(name);
    readRunInfo(folder, name);
    const earlier = labelFile.readLabels(folder);
    const drawn = labelFile.drawForLabels([...readPredictions(folder).values()], earlier, count);
    const log = labelFile.openLabelLog(folder);
    const lines = createInterface({ input, signal })[Symbol.asyncIterator]();
    let added = 0;
    try {
      for (const [at, prediction] of drawn.entries()) {
        err.write(formatForLabel(prediction, at, drawn.length));
        const { value, done } = await lines.next();
        const reply = String(value ?? '')
          .trim()
          .toLowerCase();
        if (done || reply === 'q') break;
        if (reply !== 'y' && reply !== 'n') continue;
        log.append({ id: prediction.id, key: prediction.key, right: reply === 'y' });
        added += 1;
      }
    } finally {
      log.close();
      await lines.return?.();
    }
    const total = earlier.length + added;
    return { result: { added, total }, text: `${added} labels added, ${total} in all.` };
  });
}

export function registerEvalLabel(command: Command, run: RunCommand): void {
  command
    .command('label')
    .argument('<run>', 'a run')
    .option('--count <n>', 'size of the sample', parseCount, 200)
    .description('judge a sample of answers yourself; reports then show how far a judge agrees with you')
    .addHelpText('after', formatExamples('goldfish eval label first --count 100'))
    .action((name: string, { count }: { readonly count: number }) =>
      run((context) => label(context, name, count)),
    );
}
