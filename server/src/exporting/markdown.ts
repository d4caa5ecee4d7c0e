import { mediaLink } from '../core/mediaLink.ts';
import { plain, shortClock, textOf } from './plain.ts';
import type { Moment, Selection } from './selection.ts';

/** Punctuation that can begin a construct inside a line: links, HTML, entities, emphasis, code, tables, mathematics. */
function harmless(text: string): string {
  return text.replace(/[\\`*_[\]<>|~&#!$]/g, '\\$&');
}

/** Parentheses would end the link's address. */
function address(moment: Moment): string {
  return mediaLink(moment.source.uri, moment).replace(/[()]/g, (one) => (one === '(' ? '%28' : '%29'));
}

export function writeMarkdown({ title, moments }: Selection): string {
  const items = moments.map((moment) => {
    const range = `${shortClock(moment.startMs)}-${shortClock(moment.endMs)}`;
    const text = textOf(moment);
    const quote = text === '' ? '' : `: “${harmless(text)}”`;
    return `- [${harmless(plain(moment.source.name))} ${range}](${address(moment)})${quote}`;
  });
  return `# ${harmless(plain(title))}\n\n${items.join('\n')}\n`;
}
