import { ResponseError } from 'vscode-jsonrpc/node';
import { z } from 'zod';
import type { AskResult } from '../../../protocol/ask.ts';
import type { SearchResult } from '../../../protocol/search.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import { toOneLine } from '../../core/text/one-line.ts';
import { INVALID_PARAMS } from '../errors.ts';
import { explainIssue, ParamsError, parseParams } from '../parse-params.ts';
import type { AnyProvider } from '../provider.ts';
import { providers } from '../providers.ts';
import type { Feature } from './feature.ts';
import { REFRESH_COMMAND, refreshAnswer, refreshParamsSchema } from './note-questions.ts';
import { workDoneTokenSchema } from './schemas.ts';

const MAX_SHOWN_HITS = 5;

/** Lists the commands: each `goldfish/*` request is a command of the same name, with its parameters as argument. */
export const commandNames: readonly string[] = [...providers.keys(), REFRESH_COMMAND];

/** Maps a request to the parameter that a user can type as plain text. */
const TEXT_PARAMETERS: Readonly<Record<string, string>> = {
  'goldfish/ask': 'question',
  'goldfish/search': 'query',
};

const momentLine = (n: number, link: string, text: string) => `[${n}] ${link} ${toOneLine(text)}`;

/** Formats a result as a message, for editors without a plug-in. Returns undefined for other commands. */
function resultMessage(command: string, result: unknown): string | undefined {
  if (command === 'goldfish/ask') {
    const { answer, citations } = result as AskResult;
    return [answer.trim(), ...citations.map(({ n, link, quote }) => momentLine(n, link, quote))].join('\n');
  }
  if (command === 'goldfish/search') {
    const { hits } = result as SearchResult;
    const lines = hits
      .slice(0, MAX_SHOWN_HITS)
      .map(({ link, startMs, evidence }, index) =>
        momentLine(index + 1, link, `${formatTime(startMs)} ${evidence[0]?.text ?? ''}`),
      );
    return lines.join('\n') || 'Nothing found.';
  }
  return undefined;
}

const invalidCommand = (message: string) =>
  new ResponseError(INVALID_PARAMS, message, {
    kind: 'invalid',
    remedy: 'Check the command and its arguments.',
  });

/** Parses the parameters of a request that is sent as a command. */
function parseCommandParams(provider: AnyProvider, rawParams: unknown): object {
  try {
    return Object(parseParams(provider.params, rawParams));
  } catch (error) {
    throw error instanceof ParamsError ? invalidCommand(error.message) : error;
  }
}

const paramsSchema = z.object({
  command: z.string().max(200),
  arguments: z.array(z.unknown()).max(10).optional(),
  workDoneToken: workDoneTokenSchema,
});

export const executeCommand: Feature<z.infer<typeof paramsSchema>> = {
  method: 'workspace/executeCommand',
  params: paramsSchema,
  async handle({ command, arguments: [argument = {}] = [], workDoneToken: token }, call, services) {
    if (command === REFRESH_COMMAND) {
      const refresh = refreshParamsSchema.safeParse(argument);
      if (!refresh.success) throw invalidCommand(explainIssue(refresh.error));
      return refreshAnswer(refresh.data, token, call, services);
    }
    const provider = providers.get(command);
    if (provider === undefined) throw invalidCommand(`Unknown command ${command}.`);
    const rawParameters =
      typeof argument === 'string' ? { [TEXT_PARAMETERS[command] ?? 'argument']: argument } : argument;
    const parameters = { ...parseCommandParams(provider, rawParameters), workDoneToken: token };
    const result = await provider.handle(parameters as never, call, services);
    const message = resultMessage(command, result);
    if (message !== undefined) call.show(message);
    return result;
  },
};
