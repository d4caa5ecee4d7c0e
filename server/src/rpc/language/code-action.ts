import type { CodeAction } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { Services } from '../services.ts';
import { createWorkspaceEdit } from './client-capabilities.ts';
import type { OpenDocument } from './documents.ts';
import type { Feature, FeatureCall } from './feature.ts';
import { findLinkProblems, type LinkProblem } from './link-diagnostics.ts';
import { findMissingLinkFixes } from './missing-link-fixes.ts';
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

/** Creates the quick fixes of a problem. Only a certain one is preferred, so that "fix all" never guesses. */
async function createQuickFixes(
  { diagnostic, fix, missing }: LinkProblem,
  document: OpenDocument,
  { signal, capabilities }: FeatureCall,
  { library }: Services,
): Promise<readonly CodeAction[]> {
  const guesses = missing === undefined ? [] : await findMissingLinkFixes(missing, document, library, signal);
  return [...(fix === undefined ? [] : [fix]), ...guesses].map((each) => ({
    title: each.title,
    kind: QUICK_FIX,
    diagnostics: [diagnostic],
    isPreferred: each === fix,
    edit: createWorkspaceEdit(document, [each.edit], capabilities),
  }));
}

/** Offers quick fixes for links with a problem, and actions that ask a note's question. */
export const codeAction: Feature<z.infer<typeof paramsSchema>> = {
  method: 'textDocument/codeAction',
  params: paramsSchema,
  async handle(
    { textDocument: { uri }, range: requestedRange, context },
    call,
    services,
  ): Promise<CodeAction[]> {
    const document = call.documents.get(uri);
    if (document === undefined) return [];
    const wantsKind = (kind: string) =>
      context?.only?.some((prefix) => prefix === '' || kind === prefix || kind.startsWith(`${prefix}.`)) ??
      true;
    const problems = wantsKind(QUICK_FIX)
      ? await findLinkProblems(document, services.library, call.signal, requestedRange)
      : [];
    const fixes: CodeAction[] = [];
    for (const problem of problems)
      if (rangesTouch(problem.diagnostic.range, requestedRange))
        fixes.push(...(await createQuickFixes(problem, document, call, services)));
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
