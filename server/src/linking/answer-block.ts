import { escapeMarkdown } from '../core/text/escape-markdown.ts';
import { toOneLine } from '../core/text/one-line.ts';
import type { Syntax } from './find-questions.ts';

/** Describes a citation as a link in a note. */
export interface AnswerLink {
  /** The number of the citation in the answer, such as 1 for `[1]`. */
  readonly n: number;
  /** The text of the link. */
  readonly label: string;
  /** The target with its time, in the syntax of the note. */
  readonly target: string;
}

/** Escapes characters that would start a list, a rule or a heading at the start of a line. */
function escapeLineStart(text: string): string {
  return text.replace(/^[-+=]/, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2');
}

const splitLines = (answer: string) =>
  answer
    .split('\n')
    .map(toOneLine)
    .filter((line) => line !== '');

/** Formats an answer as a block quote. Text from videos is escaped, so that only the citations become links. */
function createMarkdownBlock(
  answer: string,
  noteLinks: readonly AnswerLink[],
  answeredOn: string,
): readonly string[] {
  const answerLines = splitLines(answer).map((line) => `> ${escapeLineStart(escapeMarkdown(line))}`);
  const links = noteLinks.map(
    ({ n, label, target }) => `> \\[${n}\\] [${escapeMarkdown(toOneLine(label))}](${target})`,
  );
  // Adjacent lines of a block quote would join into one paragraph.
  const lines = [...answerLines, ...links].flatMap((line, index) => (index === 0 ? [line] : ['>', line]));
  return [...lines, `<!-- /goldfish ${answeredOn} -->`];
}

/** Formats an answer as fixed-width lines, in which Org ignores markup, followed by a list of links. */
function createOrgBlock(
  answer: string,
  noteLinks: readonly AnswerLink[],
  answeredOn: string,
): readonly string[] {
  const answerLines = splitLines(answer).map((line) => `: ${line}`);
  const links = noteLinks.map(({ n, label, target }) => {
    const plainLabel = toOneLine(label).replace(/[[\]]/g, ' ');
    return `- [[file:${target}][${n}. ${plainLabel}]]`;
  });
  return [...answerLines, ...links, `# /goldfish ${answeredOn}`];
}

/** Returns the lines to write below a question. The same answer on the same day always gives the same lines. */
export function answerBlock(
  answer: string,
  noteLinks: readonly AnswerLink[],
  {
    syntax,
    indent,
    answeredOn,
  }: { readonly syntax: Syntax; readonly indent: string; readonly answeredOn: string },
): readonly string[] {
  const create = syntax === 'org' ? createOrgBlock : createMarkdownBlock;
  return create(answer, noteLinks, answeredOn).map((line) => indent + line);
}
