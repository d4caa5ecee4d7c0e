import { formatMediaLink } from '../core/domain/media-link.ts';
import { escapeMarkdown } from '../core/text/escape-markdown.ts';
import { formatShortTime, momentText, toPlainText } from './plain-text.ts';
import type { ExportSelection, SelectedMoment } from './selection.ts';

/** Formats the address of a link. Escapes parentheses, which would end it. */
function linkAddress(moment: SelectedMoment): string {
  return formatMediaLink(moment.source.uri, moment).replace(/[()]/g, (character) =>
    character === '(' ? '%28' : '%29',
  );
}

export function writeMarkdown({ title, moments }: ExportSelection): string {
  const items = moments.map((moment) => {
    const range = `${formatShortTime(moment.startMs)}-${formatShortTime(moment.endMs)}`;
    const text = momentText(moment);
    const quote = text === '' ? '' : `: “${escapeMarkdown(text)}”`;
    return `- [${escapeMarkdown(toPlainText(moment.source.name))} ${range}](${linkAddress(moment)})${quote}`;
  });
  return `# ${escapeMarkdown(toPlainText(title))}\n\n${items.join('\n')}\n`;
}
