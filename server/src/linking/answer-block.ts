import { escapeMarkdown } from '../core/text/escape-markdown.ts';
import { toOneLine } from '../core/text/one-line.ts';
import type { Syntax } from './find-questions.ts';

/** A place that an answer rests on, as the note links to it. */
export interface NoteLink {
  /** The number in square brackets in the answer. */
  readonly n: number;
  /** What the link says. */
  readonly label: string;
  /** A target with its time, in the form of the note's links. */
  readonly target: string;
}

/** What would begin a list, a rule or a heading at the start of a line. */
function escapeLineStart(text: string): string {
  return text.replace(/^[-+=]/, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2');
}

const splitLines = (answer: string) =>
  answer
    .split('\n')
    .map(toOneLine)
    .filter((line) => line !== '');

/** A quotation: nothing in it is taken for anything but words and our links, whatever a video says. */
function markdownBlock(answer: string, noteLinks: readonly NoteLink[]): readonly string[] {
  const answerLines = splitLines(answer).map((line) => `> ${escapeLineStart(escapeMarkdown(line))}`);
  const links = noteLinks.map(
    ({ n, label, target }) => `> \\[${n}\\] [${escapeMarkdown(toOneLine(label))}](${target})`,
  );
  // Neighbours in a quotation would flow into one paragraph.
  const lines = [...answerLines, ...links].flatMap((line, index) => (index === 0 ? [line] : ['>', line]));
  return [...lines, '<!-- /goldfish -->'];
}

/** Fixed-width lines, in which Org reads no markup, and a list of links. */
function orgBlock(answer: string, noteLinks: readonly NoteLink[]): readonly string[] {
  const answerLines = splitLines(answer).map((line) => `: ${line}`);
  const links = noteLinks.map(({ n, label, target }) => {
    const plainLabel = toOneLine(label).replace(/[[\]]/g, ' ');
    return `- [[file:${target}][${n}. ${plainLabel}]]`;
  });
  return [...answerLines, ...links, '# /goldfish'];
}

/** The lines that stand under a question; the same answer always gives the same. */
export function answerBlock(
  answer: string,
  noteLinks: readonly NoteLink[],
  { syntax, indent }: { readonly syntax: Syntax; readonly indent: string },
): readonly string[] {
  const lines = syntax === 'org' ? orgBlock(answer, noteLinks) : markdownBlock(answer, noteLinks);
  return lines.map((line) => indent + line);
}
