import { markdownText } from '../core/markdownText.ts';
import { mediaLink } from '../core/mediaLink.ts';
import { plain, shortClock, textOf } from './plain.ts';
import type { Moment, Selection } from './selection.ts';

/** Parentheses would end the link's address. */
function address(moment: Moment): string {
  return mediaLink(moment.source.uri, moment).replace(/[()]/g, (one) => (one === '(' ? '%28' : '%29'));
}

export function writeMarkdown({ title, moments }: Selection): string {
  const items = moments.map((moment) => {
    const range = `${shortClock(moment.startMs)}-${shortClock(moment.endMs)}`;
    const text = textOf(moment);
    const quote = text === '' ? '' : `: “${markdownText(text)}”`;
    return `- [${markdownText(plain(moment.source.name))} ${range}](${address(moment)})${quote}`;
  });
  return `# ${markdownText(plain(title))}\n\n${items.join('\n')}\n`;
}
