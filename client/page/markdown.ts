import type { Citation } from '../../server/protocol/ask.ts';
import { fileNameOfUri, formatTime } from './text.ts';

/** Escapes the special characters of Markdown and HTML. Text from a video must stay text wherever it is pasted. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+!|~>:-]/g, (char) => `\\${char}`);
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
