import {
  type CancellationToken,
  type ChatRequest,
  type ChatResponseStream,
  chat,
  type Disposable,
  l10n,
  Uri,
} from 'vscode';
import type { AskDelta } from '../../server/protocol/ask.ts';
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

type Asked = Pick<ChatRequest, 'prompt' | 'command'> & { readonly model?: ChatRequest['model'] };
type Stream = Pick<ChatResponseStream, 'markdown' | 'progress' | 'reference'>;

/** Answers `@goldfish`: the answer as it comes, then the moments it rests on; `/search` lists moments alone. */
export async function answerInChat(
  { prompt, command, model }: Asked,
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
    daemon.request('goldfish/ask', { question: prompt }, { token, onPartial }),
  );
  const found = citations.map(({ uri, startMs, quote }) => ({ uri, startMs, text: quote }));
  refer(found);
  if (found.length > 0)
    stream.markdown(ownMarkdown(listOf(found, (at) => `\\[${citations[at]?.n ?? at + 1}\\]`)));
  if (note !== undefined) stream.markdown(`\n\n${escapeMarkdown(note)}`);
}

export function registerChat(icon: Uri, daemon: Daemon, editorModel: EditorModel): Disposable {
  const participant = chat.createChatParticipant(PARTICIPANT, async (request, _context, stream, token) => {
    try {
      await answerInChat(request, stream, token, daemon, editorModel);
      return {};
    } catch (error) {
      return { errorDetails: { message: (error as Error).message } };
    }
  });
  participant.iconPath = icon;
  return participant;
}
