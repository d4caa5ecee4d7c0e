import { formatMediaLink } from '../core/domain/media-link.ts';
import { escapeMarkdown } from '../core/text/escape-markdown.ts';
import { formatShortTime, momentText, toPlainText } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';

/** Escapes the parentheses of an address, which would end a link. */
export function linkAddress(address: string): string {
  return address.replace(/[()]/g, (character) => (character === '(' ? '%28' : '%29'));
}

export function writeMarkdown({ title, moments }: ExportSelection): string {
  const items = moments.map((moment) => {
    const range = `${formatShortTime(moment.startMs)}-${formatShortTime(moment.endMs)}`;
    const text = momentText(moment);
    const quote = text === '' ? '' : `: “${escapeMarkdown(text)}”`;
    return `- [${escapeMarkdown(toPlainText(moment.source.name))} ${range}](${linkAddress(formatMediaLink(moment.source.uri, moment))})${quote}`;
  });
  return `# ${escapeMarkdown(toPlainText(title))}\n\n${items.join('\n')}\n`;
}
