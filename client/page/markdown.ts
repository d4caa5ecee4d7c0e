import type { Citation } from '../../server/protocol/ask.ts';
import type { DraggedMoment } from './messages.ts';
import { fileNameOfUri, formatTime } from './text.ts';

/** Escapes the special characters of Markdown and HTML. Text from a video must stay text wherever it is pasted. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+!|~>:-]/g, (char) => `\\${char}`);
}

/** Formats a moment as a Markdown link: `[talk.mp4 0:40](<file:///v/talk.mp4#t=40,45>)`. */
export function toMomentLink({ uri, startMs, endMs }: DraggedMoment): string {
  const time = `#t=${startMs / 1000},${endMs / 1000}`;
  return `[${escapeMarkdown(fileNameOfUri(uri))} ${formatTime(startMs)}](<${uri}${time}>)`;
}

/** Formats a question with its answer and citations as Markdown. */
export function toMarkdown(question: string, answer: string, citations: readonly Citation[]): string {
  const body = answer
    .split(/(\[\d+\])/)
    .map((part) => (/^\[\d+\]$/.test(part) ? part : escapeMarkdown(part)))
    .join('');
  const places = citations.map(({ n, uri, startMs, endMs, link, quote }) => {
    const place = `${escapeMarkdown(fileNameOfUri(uri))} ${formatTime(startMs)}-${formatTime(endMs)}`;
    return `**[${n}]** [${place}](<${link}>) ${escapeMarkdown(quote)}`;
  });
  return [`> ${escapeMarkdown(question)}`, body, ...places].join('\n\n').concat('\n');
}
