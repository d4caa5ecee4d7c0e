import { ResponseError } from 'vscode-jsonrpc/node';
import { z } from 'zod';
import type { AskResult } from '../../../protocol/ask.ts';
import type { SearchResult } from '../../../protocol/search.ts';
import { oneLine } from '../../core/oneLine.ts';
import { clock } from '../../linking/hoverText.ts';
import { INVALID_PARAMS } from '../errors.ts';
import { explain, ParamsError, parseParams } from '../params.ts';
import type { AnyProvider } from '../provider.ts';
import { providers } from '../providers.ts';
import { type Feature, workDoneToken } from './feature.ts';
import { REFRESH, refreshAnswer, refreshParams } from './questions.ts';

const SHOWN = 5;

/** Every request of ours is a command of the same name, with its parameters as the one argument. */
export const commands: readonly string[] = [...providers.keys(), REFRESH];

/** The one argument of a request that a person would type as bare words. */
const words: Readonly<Record<string, string>> = { 'goldfish/ask': 'question', 'goldfish/search': 'query' };

const moment = (n: number, link: string, text: string) => `[${n}] ${link} ${oneLine(text)}`;

/** What an editor without a plug-in shows of a result. */
function told(command: string, result: unknown): string | undefined {
  if (command === 'goldfish/ask') {
    const { answer, citations } = result as AskResult;
    return [answer.trim(), ...citations.map(({ n, link, quote }) => moment(n, link, quote))].join('\n');
  }
  if (command === 'goldfish/search') {
    const { hits } = result as SearchResult;
    const lines = hits
      .slice(0, SHOWN)
      .map(({ link, startMs, evidence }, at) =>
        moment(at + 1, link, `${clock(startMs)} ${evidence[0]?.text ?? ''}`),
      );
    return lines.join('\n') || 'Nothing found.';
  }
  return undefined;
}

const refused = (message: string) =>
  new ResponseError(INVALID_PARAMS, message, {
    kind: 'invalid',
    remedy: 'Correct the command and send it again.',
  });

/** Returns the parameters of a request that is sent as a command. */
function checked(provider: AnyProvider, raw: unknown): object {
  try {
    return Object(parseParams(provider.params, raw));
  } catch (error) {
    throw error instanceof ParamsError ? refused(error.message) : error;
  }
}

const params = z.object({
  command: z.string().max(200),
  arguments: z.array(z.unknown()).max(10).optional(),
  workDoneToken,
});

export const executeCommand: Feature<z.infer<typeof params>> = {
  method: 'workspace/executeCommand',
  params,
  async handle({ command, arguments: [given = {}] = [], workDoneToken: token }, call, services) {
    if (command === REFRESH) {
      const asked = refreshParams.safeParse(given);
      if (!asked.success) throw refused(explain(asked.error));
      return refreshAnswer(asked.data, token, call, services);
    }
    const provider = providers.get(command);
    if (provider === undefined) throw refused(`There is no command ${command}.`);
    const named = typeof given === 'string' ? { [words[command] ?? 'argument']: given } : given;
    const parameters = { ...checked(provider, named), workDoneToken: token };
    const result = await provider.handle(parameters as never, call, services);
    const message = told(command, result);
    if (message !== undefined) call.show(message);
    return result;
  },
};
