import type { CodeAction } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { createWorkspaceEdit } from './client-capabilities.ts';
import type { Feature } from './feature.ts';
import { findLinkProblems } from './link-diagnostics.ts';
import { createAskCommand, findNoteQuestions } from './note-questions.ts';
import { rangeSchema, textDocumentSchema } from './schemas.ts';

const QUICK_FIX = 'quickfix';
const REWRITE_KIND = 'refactor.rewrite';
export const actionKinds: readonly string[] = [QUICK_FIX, REWRITE_KIND];

const paramsSchema = z.object({
  textDocument: textDocumentSchema,
  range: rangeSchema,
  context: z.object({ only: z.array(z.string()).nullish() }).nullish(),
});

type Range = z.infer<typeof rangeSchema>;

const rangesTouch = (first: Range, { start, end }: Range) =>
  (first.start.line < end.line ||
    (first.start.line === end.line && first.start.character <= end.character)) &&
  (start.line < first.end.line || (start.line === first.end.line && start.character <= first.end.character));

/** Offers quick fixes for links that have moved or point past the end, and actions that ask a note's question. */
export const codeAction: Feature<z.infer<typeof paramsSchema>> = {
  method: 'textDocument/codeAction',
  params: paramsSchema,
  async handle(
    { textDocument: { uri }, range: requestedRange, context },
    call,
    { library },
  ): Promise<CodeAction[]> {
    const document = call.documents.get(uri);
    if (document === undefined) return [];
    const wantsKind = (kind: string) =>
      context?.only?.some((prefix) => prefix === '' || kind === prefix || kind.startsWith(`${prefix}.`)) ??
      true;
    const problems = wantsKind(QUICK_FIX)
      ? await findLinkProblems(document, library, call.signal, requestedRange)
      : [];
    const fixes = problems
      .filter(({ diagnostic }) => rangesTouch(diagnostic.range, requestedRange))
      .flatMap(({ diagnostic, fix }) =>
        fix === undefined
          ? []
          : {
              title: fix.title,
              kind: QUICK_FIX,
              diagnostics: [diagnostic],
              isPreferred: true,
              edit: createWorkspaceEdit(document, [fix.edit], call.capabilities),
            },
      );
    const questions = wantsKind(REWRITE_KIND) ? findNoteQuestions(document) : [];
    const askActions = questions
      .filter(
        ({ line, endLine = line }) => line <= requestedRange.end.line && requestedRange.start.line <= endLine,
      )
      .map((question) => {
        const command = createAskCommand(document, question);
        return { title: `${command.title}: ${question.text}`, kind: REWRITE_KIND, command };
      });
    return [...fixes, ...askActions];
  },
};
