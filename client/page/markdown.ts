import type { Citation } from '../../server/protocol/ask.ts';
import { fileNameOfUri, formatTime } from './text.ts';

/** Escapes what Markdown or HTML would take for its own: what was said in a video must stay text wherever it is pasted. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+!|~>:-]/g, (char) => `\\${char}`);
}

/** A question with its answer and the places it rests on, as Markdown. */
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
