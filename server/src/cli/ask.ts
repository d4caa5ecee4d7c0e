import type { AskResult } from '../../protocol/ask.ts';
import { formatTime } from '../core/domain/format-time.ts';
import { usageError } from './cli-failure.ts';
import { formatExamples, parseCountOrAll, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { createTextStyler } from './format.ts';
import { type Conversation, rememberExchange, rememberedConversation } from './last-conversation.ts';
import { rememberHits } from './last-hits.ts';
import { uriToDisplayPath } from './path-argument.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';
import { addScopeOptions, parseScopeOptions, type ScopeOptions } from './scope-options.ts';

/** The answer with its citations, numbered as in the text. */
export function formatAnswer(result: AskResult, context: CommandContext): string {
  const paint = createTextStyler(context.out, context.env);
  const lines = [sanitise(result.answer)];
  if (result.citations.length > 0) lines.push('');
  for (const citation of result.citations) {
    const path = sanitiseLine(uriToDisplayPath(citation.uri));
    const range = `${formatTime(citation.startMs)}-${formatTime(citation.endMs)}`;
    lines.push(`[${citation.n}] ${path}  ${paint('green', range)}`);
    lines.push(`    ${paint('cyan', sanitiseLine(citation.link))}`);
  }
  if (result.note !== undefined) lines.push('', sanitiseLine(result.note));
  return lines.join('\n');
}

/** What `open N` means after an answer: its citations, else the hits it was looked for in. And what `--follow-up` follows. */
export function rememberAnswer(
  dataDir: string,
  question: string,
  result: AskResult,
  previousConversation?: Conversation,
): void {
  rememberHits(dataDir, result.citations.length > 0 ? result.citations : result.hits);
  rememberExchange(dataDir, { question, answer: result.answer }, previousConversation);
}

/** What was asked here last. */
function requireConversation(dataDir: string): Conversation {
  const previousConversation = rememberedConversation(dataDir);
  if (previousConversation) return previousConversation;
  throw usageError('No question was asked here that this could follow.', 'Ask it without --follow-up.');
}

interface AskOptions extends ScopeOptions {
  readonly k?: number;
  readonly inspect?: boolean;
  readonly followUp?: boolean;
}

export const registerAsk: RegisterCommand = (program, run) => {
  addScopeOptions(program.command('ask'))
    .argument('<question...>', 'a question in plain words')
    .option('-k <n>', 'how many clips to answer from, -1 for all (the setting ask.clips)', parseCountOrAll)
    .option('--inspect', 'look again at the frames of the clips found; needs a captioner')
    .option('--follow-up', 'go on from the last question asked on the command line, where it was looked')
    .description('answer a question from your videos, with links to the seconds it rests on')
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
