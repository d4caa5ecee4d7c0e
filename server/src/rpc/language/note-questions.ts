import type { CodeLens, Command, TextEdit } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { Citation } from '../../../protocol/ask.ts';
import { canonicalFileUri, fileUriToDisplayPath } from '../../base/file-uri.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import { extensionOf, SIDECAR_EXTENSIONS } from '../../core/library/media-extensions.ts';
import { answerBlock } from '../../linking/answer-block.ts';
import { findQuestions, type NoteQuestion } from '../../linking/find-questions.ts';
import { formatLinkTime } from '../../linking/open-link.ts';
import { goldfishError } from '../errors.ts';
import { provideAsk } from '../provide-ask.ts';
import type { Services } from '../services.ts';
import { createWorkspaceEdit } from './client-capabilities.ts';
import type { OpenDocument } from './documents.ts';
import type { Feature, FeatureCall } from './feature.ts';
import { toLinkTarget } from './media-links.ts';
import { textDocumentSchema } from './schemas.ts';

/** Names the command that asks a note's question again and writes the answer below it. */
export const REFRESH_COMMAND = 'goldfish/refreshAnswer';

export const refreshParamsSchema = z.object({
  uri: z.string().max(32_768),
  question: z.string().min(1).max(10_000),
  nth: z.int().min(0).default(0),
});

/** Finds the questions in a document. Subtitle files have none. */
export function findNoteQuestions({ uri, languageId, text, lines }: OpenDocument): readonly NoteQuestion[] {
  if (SIDECAR_EXTENSIONS.has(extensionOf(uri))) return [];
  const isOrg = languageId === 'org' || /\.org$/i.test(uri);
  return findQuestions(text, lines, isOrg ? 'org' : 'markdown');
}

export function createAskCommand(
  { uri }: OpenDocument,
  { text, nth, endLine }: NoteQuestion,
  title = endLine === undefined ? 'Ask Goldfish' : 'Ask Goldfish again',
): Command {
  return {
    title,
    command: REFRESH_COMMAND,
    arguments: [{ uri, question: text, nth }],
  };
}

const paramsSchema = z.object({ textDocument: textDocumentSchema });

export const codeLens: Feature<z.infer<typeof paramsSchema>> = {
  method: 'textDocument/codeLens',
  params: paramsSchema,
  async handle({ textDocument: { uri } }, { documents }): Promise<CodeLens[]> {
    const document = documents.get(uri);
    if (document === undefined) return [];
    return findNoteQuestions(document).map((question) => {
      const start = { line: question.line, character: 0 };
      const end = document.lines.positionAt(document.lines.endOf(question.line));
      const { answeredOn } = question;
      const title = answeredOn === undefined ? undefined : `Answered on ${answeredOn}. Ask Goldfish again`;
      return { range: { start, end }, command: createAskCommand(document, question, title) };
    });
  },
};

function toNoteLink(
  { n, uri, startMs, endMs }: Citation,
  { uri: noteUri }: OpenDocument,
  syntax: 'markdown' | 'org',
) {
  const path = fileUriToDisplayPath(uri);
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return {
    n,
    label: `${name} ${formatTime(startMs)}-${formatTime(endMs)}`,
    target: `${toLinkTarget(uri, noteUri, syntax)}${formatLinkTime(startMs, endMs, syntax)}`,
  };
}

/** Formats a date as a day of this machine's time zone, such as `2026-01-31`. */
function formatDay(date: Date): string {
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Creates the edit that writes an answer below its question. Returns undefined if that answer of today is there. */
function createAnswerEdit(
  document: OpenDocument,
  question: NoteQuestion,
  { answer, citations }: { readonly answer: string; readonly citations: readonly Citation[] },
): TextEdit | undefined {
  const { text, lines } = document;
  const { line, endLine, syntax } = question;
  const noteLinks = citations.map((citation) => toNoteLink(citation, document, syntax));
  const [startOffset, endOffset] = [lines.endOf(line), lines.endOf(endLine ?? line)];
  const lineEnd = /^\r\n|^[\r\n]/.exec(text.slice(startOffset, startOffset + 2))?.[0] ?? '\n';
  const newText = answerBlock(answer, noteLinks, { ...question, answeredOn: formatDay(new Date()) })
    .map((line) => lineEnd + line)
    .join('');
  if (text.slice(startOffset, endOffset) === newText) return undefined;
  return { range: { start: lines.positionAt(startOffset), end: lines.positionAt(endOffset) }, newText };
}

/** Returns the canonical URI of a note's file. Returns undefined for a note without one, such as `untitled:`. */
function parseFileUri(uri: string): string | undefined {
  try {
    return canonicalFileUri(uri);
  } catch {
    return undefined;
  }
}

/**
 * Asks a question of an open note and writes the answer below it. An editor that does not support `applyEdit` gets the
 * edit as the result. The question is located again after the answer arrives, so that changes made meanwhile are kept.
 */
export async function refreshAnswer(
  { uri, question, nth }: z.infer<typeof refreshParamsSchema>,
  token: string | number | undefined,
  call: FeatureCall,
  services: Services,
) {
  const findQuestion = () => {
    const document = call.documents.get(uri);
    const answerBlock =
      document &&
      findNoteQuestions(document).find((candidate) => candidate.text === question && candidate.nth === nth);
    return answerBlock && { document, written: answerBlock };
  };
  if (findQuestion() === undefined)
    throw goldfishError(
      'invalid',
      `The question “${question}” is not in an open note.`,
      'Open the note, or add the question to it.',
    );
  const file = parseFileUri(uri);
  if (file !== undefined) await services.library.assertMayWrite(file);
  const result = await provideAsk.handle({ question, workDoneToken: token }, call, services);
  const current = findQuestion();
  if (current === undefined) {
    call.show(`The note no longer contains the question “${question}”, so the answer was not inserted.`);
    return { applied: false };
  }
  const textEdit = createAnswerEdit(current.document, current.written, result);
  if (textEdit === undefined) return { applied: true };
  const edit = createWorkspaceEdit(current.document, [textEdit], call.capabilities);
  if (!call.capabilities.applyEdit) return { applied: false, edit };
  const wasApplied = await call.apply('Insert the answer from Goldfish', edit);
  if (!wasApplied)
    call.show('The note changed while Goldfish was answering, so nothing was inserted. Ask again.');
  return { applied: wasApplied };
}
