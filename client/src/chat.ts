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
import type { EditorModel } from './editorModel.ts';
import { escapeMarkdown, ownMarkdown, placeName, playCommand } from './links.ts';

export const PARTICIPANT = 'goldfish.chat';
/** Moments that `/search` lists. */
const RESULTS = 8;

interface Found {
  readonly uri: string;
  readonly startMs: number;
  readonly text: string;
}

/** A list whose items play their moment. */
function listOf(found: readonly Found[], mark: (at: number) => string): string {
  const lines = found.map(
    (one, at) =>
      `${mark(at)} [${escapeMarkdown(placeName(one))}](${playCommand(one)}) ${escapeMarkdown(one.text)}`,
  );
  return `\n\n${lines.join('\n\n')}`;
}

type Asked = Pick<ChatRequest, 'prompt' | 'command'> & {
  readonly model?: ChatRequest['model'];
  /** What was asked and answered before. */
  readonly conversation?: readonly AskExchange[];
};
type Stream = Pick<ChatResponseStream, 'markdown' | 'progress' | 'reference'>;

/** Answers `@goldfish`: the answer as it comes, then the moments it rests on; `/search` lists moments alone. */
export async function answerInChat(
  { prompt, command, model, conversation = [] }: Asked,
  stream: Stream,
  token: CancellationToken,
  daemon: Pick<Daemon, 'request'>,
  editorModel: EditorModel,
): Promise<void> {
  if (prompt.trim() === '') {
    stream.markdown(l10n.t('Ask something that your videos may tell.'));
    return;
  }
  const refer = (found: readonly Found[]) => {
    for (const uri of new Set(found.map((one) => one.uri))) stream.reference(Uri.parse(uri));
  };
  stream.progress(l10n.t('Looking in your videos ...'));
  if (command === 'search') {
    const { hits } = await daemon.request('goldfish/search', { query: prompt, k: RESULTS }, { token });
    const found = hits.map(({ uri, startMs, evidence }) => ({ uri, startMs, text: evidence[0]?.text ?? '' }));
    refer(found);
    if (found.length === 0) stream.markdown(l10n.t('Nothing found.'));
    else stream.markdown(ownMarkdown(listOf(found, (at) => `${at + 1}\\.`)));
    return;
  }
  // Escaped sign by sign: a delta may end anywhere.
  const onPartial = (value: unknown) =>
    stream.markdown(ownMarkdown(escapeMarkdown((value as AskDelta).delta)));
  const { citations, note } = await editorModel.during(model, () =>
    daemon.request('goldfish/ask', { question: prompt, conversation }, { token, onPartial }),
  );
  const found = citations.map(({ uri, startMs, quote }) => ({ uri, startMs, text: quote }));
  refer(found);
  if (found.length > 0)
    stream.markdown(ownMarkdown(listOf(found, (at) => `\\[${citations[at]?.n ?? at + 1}\\]`)));
  if (note !== undefined) stream.markdown(`\n\n${escapeMarkdown(note)}`);
}

/** Turns that the daemon takes at most, and characters of an answer that say what it was about. */
const TURNS = 20;
const ANSWER = 2000;

/** The questions to this participant and what was said to them. */
function exchangesOf({ history }: ChatContext): readonly AskExchange[] {
  return history
    .flatMap((turn, at) => {
      const next = history[at + 1];
      if (!(turn instanceof ChatRequestTurn) || !(next instanceof ChatResponseTurn)) return [];
      const said = next.response.map((part) =>
        part instanceof ChatResponseMarkdownPart ? part.value.value : '',
      );
      return [{ question: turn.prompt, answer: said.join('').slice(0, ANSWER) }];
    })
    .filter(({ question, answer }) => question.trim() !== '' && answer !== '')
    .slice(-TURNS);
}

export function registerChat(icon: Uri, daemon: Daemon, editorModel: EditorModel): Disposable {
  const participant = chat.createChatParticipant(PARTICIPANT, async (request, context, stream, token) => {
    try {
      const { prompt, command, model } = request;
      const asked = { prompt, command, model, conversation: exchangesOf(context) };
      await answerInChat(asked, stream, token, daemon, editorModel);
      return {};
    } catch (error) {
      return { errorDetails: { message: (error as Error).message } };
    }
  });
  participant.iconPath = icon;
  return participant;
}
