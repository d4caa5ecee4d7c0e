import type { Command } from 'commander';
import { formatExamples, type RunCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { reportEvaluationErrors } from './eval-context.ts';
import { formatCount } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

async function prepareOwn(context: CommandContext, questions: string | undefined) {
  const [{ prepareOwnSet }, { OWN_SET }, { evaluationPaths }] = await Promise.all([
    import('../evaluation/own/prepare-own-set.ts'),
    import('../evaluation/own/own-questions.ts'),
    import('../evaluation/paths.ts'),
  ]);
  const file = questions === undefined ? undefined : context.resolvePath(questions);
  const client = await context.client();
  const info = await reportEvaluationErrors(() =>
    prepareOwnSet(client, evaluationPaths(context.dataDir).set(OWN_SET), file, context.signal),
  );
  const text = [
    `Your own set: ${formatCount(info.items, 'item')} on ${formatCount(info.videos.length, 'video')}.`,
    ...info.problems.map((problem) => `  left out: ${sanitiseLine(problem)}`),
    'Next: goldfish eval run own --embedder none,<model>, then goldfish eval compare',
  ];
  return { result: info, text: text.join('\n') };
}

export function registerEvalOwn(command: Command, run: RunCommand): void {
  command
    .command('own')
    .option(
      '--questions <file>',
      'your questions, one JSON object a line: video, question, answer, options, at',
    )
    .description('make a set of your own library: its tags, its corrections, and your questions')
    .addHelpText(
      'after',
      formatExamples('goldfish eval own --questions questions.jsonl', 'goldfish eval run own'),
    )
    .action(({ questions }: { readonly questions?: string }) =>
      run((context) => prepareOwn(context, questions)),
    );
}
