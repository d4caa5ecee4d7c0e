import {
  type CancellationToken,
  type ChatContext,
  type ChatRequest,
  ChatRequestTurn,
  ChatResponseMarkdownPart,
  type ChatResponseStream,
  ChatResponseTurn,
  chat,
  type Disposable,
  l10n,
  Uri,
} from 'vscode';
import type { AskDelta, AskExchange } from '../../server/protocol/ask.ts';
import type { Daemon } from './daemon.ts';
import type { EditorModel } from './editor-model.ts';
import { escapeMarkdown, placeName, toPlayCommand, trustedMarkdown } from './links.ts';

const PARTICIPANT = 'goldfish.chat';
/** Limits the moments that `/search` lists. */
const MAX_RESULTS = 8;

interface ListedMoment {
  readonly uri: string;
  readonly startMs: number;
  readonly text: string;
}

/** Formats a list whose links play their moments. */
function formatList(moments: readonly ListedMoment[], itemMark: (at: number) => string): string {
  const lines = moments.map(
    (moment, at) =>
      `${itemMark(at)} [${escapeMarkdown(placeName(moment))}](${toPlayCommand(moment)}) ${escapeMarkdown(moment.text)}`,
  );
  return `\n\n${lines.join('\n\n')}`;
}

type ChatQuestion = Pick<ChatRequest, 'prompt' | 'command'> & {
  readonly model?: ChatRequest['model'];
  /** The earlier questions and answers. */
  readonly conversation?: readonly AskExchange[];
};
type Stream = Pick<ChatResponseStream, 'markdown' | 'progress' | 'reference'>;

/** Answers `@goldfish`: streams the answer, then lists the cited moments. `/search` lists only moments. */
export async function answerInChat(
  { prompt, command, model, conversation = [] }: ChatQuestion,
  stream: Stream,
  token: CancellationToken,
  daemon: Pick<Daemon, 'request'>,
  editorModel: EditorModel,
): Promise<void> {
  if (prompt.trim() === '') {
    stream.markdown(l10n.t('Type a question about your videos.'));
    return;
  }
  const addReferences = (moments: readonly ListedMoment[]) => {
    for (const uri of new Set(moments.map((moment) => moment.uri))) stream.reference(Uri.parse(uri));
  };
  stream.progress(l10n.t('Searching your videos ...'));
  if (command === 'search') {
    const { hits } = await daemon.request('goldfish/search', { query: prompt, k: MAX_RESULTS }, { token });
    const moments = hits.map(({ uri, startMs, evidence }) => ({
      uri,
      startMs,
      text: evidence[0]?.text ?? '',
    }));
    addReferences(moments);
    if (moments.length === 0) stream.markdown(l10n.t('Nothing found.'));
    else stream.markdown(trustedMarkdown(formatList(moments, (at) => `${at + 1}\\.`)));
    return;
  }
  // Each character is escaped separately, because a delta may end anywhere.
  const onPartial = (value: unknown) =>
    stream.markdown(trustedMarkdown(escapeMarkdown((value as AskDelta).delta)));
  const { citations, note } = await editorModel.withModel(model, () =>
    daemon.request('goldfish/ask', { question: prompt, conversation }, { token, onPartial }),
  );
  const moments = citations.map(({ uri, startMs, quote }) => ({ uri, startMs, text: quote }));
  addReferences(moments);
  if (moments.length > 0)
    stream.markdown(trustedMarkdown(formatList(moments, (at) => `\\[${citations[at]?.n ?? at + 1}\\]`)));
  if (note !== undefined) stream.markdown(`\n\n${escapeMarkdown(note)}`);
}

/** Limit the turns, as the daemon requires, and the characters of each answer. */
const MAX_TURNS = 20;
const MAX_ANSWER_CHARS = 2000;

/** Returns the earlier questions to this participant with their answers. */
function toConversation({ history }: ChatContext): readonly AskExchange[] {
  return history
    .flatMap((turn, at) => {
      const next = history[at + 1];
      if (!(turn instanceof ChatRequestTurn) || !(next instanceof ChatResponseTurn)) return [];
      const answerParts = next.response.map((part) =>
        part instanceof ChatResponseMarkdownPart ? part.value.value : '',
      );
      return [{ question: turn.prompt, answer: answerParts.join('').slice(0, MAX_ANSWER_CHARS) }];
    })
    .filter(({ question, answer }) => question.trim() !== '' && answer !== '')
    .slice(-MAX_TURNS);
}

export function registerChat(icon: Uri, daemon: Daemon, editorModel: EditorModel): Disposable {
  const participant = chat.createChatParticipant(PARTICIPANT, async (request, context, stream, token) => {
    try {
      const { prompt, command, model } = request;
      const question = { prompt, command, model, conversation: toConversation(context) };
      await answerInChat(question, stream, token, daemon, editorModel);
      return {};
    } catch (error) {
      return { errorDetails: { message: (error as Error).message } };
    }
  });
  participant.iconPath = icon;
  return participant;
}
