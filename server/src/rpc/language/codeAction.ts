import type { CodeAction } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { editOf } from './abilities.ts';
import { type Feature, range, textDocument } from './feature.ts';
import { problemsOf } from './problems.ts';
import { askCommand, questionsOf } from './questions.ts';

const QUICK_FIX = 'quickfix';
const REWRITE = 'refactor.rewrite';
export const actionKinds: readonly string[] = [QUICK_FIX, REWRITE];

const params = z.object({
  textDocument,
  range,
  context: z.object({ only: z.array(z.string()).nullish() }).nullish(),
});

type Range = z.infer<typeof range>;

const touches = (one: Range, { start, end }: Range) =>
  (one.start.line < end.line || (one.start.line === end.line && one.start.character <= end.character)) &&
  (start.line < one.end.line || (start.line === one.end.line && start.character <= one.end.character));

/** Quick fixes for links that have moved or lead past the end, and questions to be asked. */
export const codeAction: Feature<z.infer<typeof params>> = {
  method: 'textDocument/codeAction',
  params,
  async handle({ textDocument: { uri }, range: here, context }, call, { library }): Promise<CodeAction[]> {
    const document = call.documents.get(uri);
    if (document === undefined) return [];
    const wants = (kind: string) =>
      context?.only?.some((only) => only === '' || kind === only || kind.startsWith(`${only}.`)) ?? true;
    const problems = wants(QUICK_FIX) ? await problemsOf(document, library, call.signal, here) : [];
    const fixes = problems
      .filter(({ diagnostic }) => touches(diagnostic.range, here))
      .map(({ diagnostic, title, edit }) => ({
        title,
        kind: QUICK_FIX,
        diagnostics: [diagnostic],
        isPreferred: true,
        edit: editOf(document, [edit], call.abilities),
      }));
    const questions = wants(REWRITE) ? questionsOf(document) : [];
    const asks = questions
      .filter(({ line, endLine = line }) => line <= here.end.line && here.start.line <= endLine)
      .map((question) => {
        const command = askCommand(document, question);
        return { title: `${command.title}: ${question.text}`, kind: REWRITE, command };
      });
    return [...fixes, ...asks];
  },
};
