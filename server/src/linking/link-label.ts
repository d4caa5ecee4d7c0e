import type { MediaLinkMatch } from './find-links.ts';

const MAX_LABEL_CHARS = 300;

/**
 * Returns the words that a note shows for a link: `budget` of `[budget](talk.mp4)`, of `[[talk.mp4|budget]]` and of Org's
 * `[[file:talk.mp4][budget]]`. Returns '' for a link without a label.
 */
export function findLinkLabel(
  text: string,
  { form, start, end }: Pick<MediaLinkMatch, 'form' | 'start' | 'end'>,
): string {
  if (form === 'bare') return '';
  const label =
    form === 'markdown'
      ? /\[([^[\]\n]*)\]\([ \t]*<?$/.exec(text.slice(Math.max(0, start - MAX_LABEL_CHARS), start))
      : /^(?:\||\]\[)([^[\]\n]*)\]/.exec(text.slice(end, end + MAX_LABEL_CHARS));
  return label?.[1]?.trim() ?? '';
}
