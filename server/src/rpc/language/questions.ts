import type { CodeLens, Command, TextEdit } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { Citation } from '../../../protocol/ask.ts';
import { showFileUri } from '../../base/file-uri.ts';
import { answerBlock } from '../../linking/answerBlock.ts';
import { clock } from '../../linking/hoverText.ts';
import { asTime } from '../../linking/openLink.ts';
import { findQuestions, type WrittenQuestion } from '../../linking/questions.ts';
import { ours } from '../errors.ts';
import { provideAsk } from '../provideAsk.ts';
import type { Services } from '../services.ts';
import { editOf } from './abilities.ts';
import type { OpenDocument } from './documents.ts';
import { type Feature, type FeatureCall, textDocument } from './feature.ts';
import { targetOf } from './mediaLinks.ts';

/** The command that asks a question of a note again and writes its answer under it. */
export const REFRESH = 'goldfish/refreshAnswer';

export const refreshParams = z.object({
  uri: z.string().max(32_768),
  question: z.string().min(1).max(10_000),
  nth: z.int().min(0).default(0),
});

/** The questions of a document; subtitle files have none. */
export function questionsOf({ uri, languageId, text, lines }: OpenDocument): readonly WrittenQuestion[] {
  if (/\.(srt|vtt|sub|ass|ssa|sbv|lrc)$/i.test(uri)) return [];
  const org = languageId === 'org' || /\.org$/i.test(uri);
  return findQuestions(text, lines, org ? 'org' : 'markdown');
}

export function askCommand({ uri }: OpenDocument, { text, nth, endLine }: WrittenQuestion): Command {
  return {
    title: endLine === undefined ? 'Ask Goldfish' : 'Ask Goldfish again',
    command: REFRESH,
    arguments: [{ uri, question: text, nth }],
  };
}

const params = z.object({ textDocument });

export const codeLens: Feature<z.infer<typeof params>> = {
  method: 'textDocument/codeLens',
  params,
  async handle({ textDocument: { uri } }, { documents }): Promise<CodeLens[]> {
    const document = documents.get(uri);
    if (document === undefined) return [];
    return questionsOf(document).map((question) => {
      const start = { line: question.line, character: 0 };
      const end = document.lines.positionAt(document.lines.endOf(question.line));
      return { range: { start, end }, command: askCommand(document, question) };
    });
  },
};

function sourceOf(
  { n, uri, startMs, endMs }: Citation,
  { uri: note }: OpenDocument,
  syntax: 'markdown' | 'org',
) {
  const path = showFileUri(uri);
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return {
    n,
    label: `${name} ${clock(startMs)}-${clock(endMs)}`,
    target: `${targetOf(uri, note, syntax)}${asTime(startMs, endMs, syntax)}`,
  };
}

/** What puts an answer under its question; undefined where just that stands there. Nothing else is touched. */
function answerEdit(
  document: OpenDocument,
  question: WrittenQuestion,
  { answer, citations }: { readonly answer: string; readonly citations: readonly Citation[] },
): TextEdit | undefined {
  const { text, lines } = document;
  const { line, endLine, syntax } = question;
  const sources = citations.map((citation) => sourceOf(citation, document, syntax));
  const [from, to] = [lines.endOf(line), lines.endOf(endLine ?? line)];
  const lineEnd = /^\r\n|^[\r\n]/.exec(text.slice(from, from + 2))?.[0] ?? '\n';
  const newText = answerBlock(answer, sources, question)
    .map((one) => lineEnd + one)
    .join('');
  if (text.slice(from, to) === newText) return undefined;
  return { range: { start: lines.positionAt(from), end: lines.positionAt(to) }, newText };
}

/**
 * Asks a question of an open note and has the editor write the answer under it. An editor that takes no edits gets the
 * edit as the result. What was written meanwhile stays: the question is looked up again once there is an answer.
 */
export async function refreshAnswer(
  { uri, question, nth }: z.infer<typeof refreshParams>,
  token: string | number | undefined,
  call: FeatureCall,
  services: Services,
) {
  const find = () => {
    const document = call.documents.get(uri);
    const written = document && questionsOf(document).find((one) => one.text === question && one.nth === nth);
    return written && { document, written };
  };
  if (find() === undefined)
    throw ours(
      'invalid',
      `No open note asks “${question}”.`,
      'Open the note, or write the question into it.',
    );
  const result = await provideAsk.handle({ question, workDoneToken: token }, call, services);
  const now = find();
  if (now === undefined) {
    call.show(`The note does not ask “${question}” any more: its answer was left out.`);
    return { applied: false };
  }
  const change = answerEdit(now.document, now.written, result);
  if (change === undefined) return { applied: true };
  const edit = editOf(now.document, [change], call.abilities);
  if (!call.abilities.applyEdit) return { applied: false, edit };
  const applied = await call.apply('Goldfish answers', edit);
  if (!applied) call.show('The note was changed while Goldfish answered, and was left as it is: ask again.');
  return { applied };
}
