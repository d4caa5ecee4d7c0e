import { markdownText } from '../core/markdownText.ts';
import { oneLine } from '../core/oneLine.ts';
import type { Syntax } from './questions.ts';

/** A place that an answer rests on, as the note links to it. */
export interface Source {
  /** The number in square brackets in the answer. */
  readonly n: number;
  /** What the link says. */
  readonly label: string;
  /** A target with its time, in the form of the note's links. */
  readonly target: string;
}

/** What would begin a list, a rule or a heading at the start of a line. */
function opened(text: string): string {
  return text.replace(/^[-+=]/, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2');
}

const linesOf = (answer: string) =>
  answer
    .split('\n')
    .map(oneLine)
    .filter((line) => line !== '');

/** A quotation: nothing in it is taken for anything but words and our links, whatever a video says. */
function markdown(answer: string, sources: readonly Source[]): readonly string[] {
  const told = linesOf(answer).map((line) => `> ${opened(markdownText(line))}`);
  const links = sources.map(
    ({ n, label, target }) => `> \\[${n}\\] [${markdownText(oneLine(label))}](${target})`,
  );
  // Neighbours in a quotation would flow into one paragraph.
  const lines = [...told, ...links].flatMap((line, at) => (at === 0 ? [line] : ['>', line]));
  return [...lines, '<!-- /goldfish -->'];
}

/** Fixed-width lines, in which Org reads no markup, and a list of links. */
function org(answer: string, sources: readonly Source[]): readonly string[] {
  const told = linesOf(answer).map((line) => `: ${line}`);
  const links = sources.map(({ n, label, target }) => {
    const plain = oneLine(label).replace(/[[\]]/g, ' ');
    return `- [[file:${target}][${n}. ${plain}]]`;
  });
  return [...told, ...links, '# /goldfish'];
}

/** The lines that stand under a question; the same answer always gives the same. */
export function answerBlock(
  answer: string,
  sources: readonly Source[],
  { syntax, indent }: { readonly syntax: Syntax; readonly indent: string },
): readonly string[] {
  const lines = syntax === 'org' ? org(answer, sources) : markdown(answer, sources);
  return lines.map((line) => indent + line);
}
