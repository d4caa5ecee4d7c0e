import type { AskResult } from '../../protocol/ask.ts';
import { usageError } from './cli-failure.ts';
import { formatExamples, parseCountOrAll, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { type Conversation, rememberExchange, rememberedConversation } from './last-conversation.ts';
import { rememberHits } from './last-hits.ts';
import { formatCitations } from './moment-line.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';
import { addScopeOptions, parseScopeOptions, type ScopeOptions } from './scope-options.ts';
import { columnsOf, wrapText } from './terminal.ts';

/** Formats an answer with its citations, numbered as in the text. */
export function formatAnswer(result: AskResult, context: CommandContext): string {
  const columns = columnsOf(context.out);
  const lines = [wrapText(sanitise(result.answer), columns)];
  if (result.citations.length > 0) lines.push('', formatCitations(result.citations, context));
  if (result.note !== undefined) lines.push('', wrapText(sanitiseLine(result.note), columns));
  return lines.join('\n');
}

/**
 * Stores an answer for the commands that refer to it. `open N` plays the Nth citation, or the Nth hit of an answer
 * without citations. `--follow-up` continues the conversation.
 */
export function rememberAnswer(
  dataDir: string,
  question: string,
  result: AskResult,
  previousConversation?: Conversation,
): void {
  rememberHits(dataDir, result.citations.length > 0 ? result.citations : result.hits);
  rememberExchange(dataDir, { question, answer: result.answer }, previousConversation);
}

/** Returns the last conversation of the command line. Throws a usage error if none is stored. */
function requireConversation(dataDir: string): Conversation {
  const previousConversation = rememberedConversation(dataDir);
  if (previousConversation) return previousConversation;
  throw usageError('No earlier question to follow up.', 'Ask the question without --follow-up.');
}

interface AskOptions extends ScopeOptions {
  readonly k?: number;
  readonly inspect?: boolean;
  readonly followUp?: boolean;
}

export const registerAsk: RegisterCommand = (program, run) => {
  addScopeOptions(program.command('ask'))
    .argument('<question...>', 'a question in plain words')
    .option(
      '-k <n>',
      'number of clips to answer from, -1 for all (default: the setting ask.clips)',
      parseCountOrAll,
    )
    .option('--inspect', 'show the frames of the clips found to the model; needs a captioner')
    .option(
      '--follow-up',
      'continue the last conversation on the command line, with the same --in, --after, --before and --kind',
    )
    .description('answer a question from your videos, with links to the cited moments')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish ask "when do we ship the new release?"',
        'goldfish ask --in talk.mp4 "what is this video about?"',
        'goldfish ask --in talk.mp4 --inspect "what colour is the car?"',
        'goldfish ask --json -k 5 "who owns the budget?"',
        'goldfish ask --follow-up "and after that?"',
      ),
    )
    .action((words: readonly string[], { k, inspect, followUp, ...scopeOptions }: AskOptions) =>
      run(async (context) => {
        const { dataDir, signal } = context;
        const question = words.join(' ');
        const previousConversation = followUp ? requireConversation(dataDir) : undefined;
        const scope = parseScopeOptions(scopeOptions, context) ?? previousConversation?.scope;
        const exchanges = previousConversation?.exchanges ?? [];
        const conversation = exchanges.length > 0 ? exchanges : undefined;
        const client = await context.client();
        const params = { question, k, inspect, scope, conversation };
        const result = await client.request('goldfish/ask', params, { signal });
        rememberAnswer(dataDir, question, result, { scope, exchanges });
        return { result, text: formatAnswer(result, context) };
      }),
    );
};
