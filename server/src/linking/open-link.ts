import type { LinkForm } from './find-links.ts';

/** Names the form of a target. `org` is a wiki link that starts with `file:`. */
export type TargetForm = LinkForm | 'org';

/** Describes a link that is being typed, from `start` to the cursor. */
export interface OpenLink {
  readonly form: Exclude<TargetForm, 'bare'>;
  /** The offset of the target, in UTF-16 units. */
  readonly start: number;
  readonly typedTarget: string;
}

const MAX_TYPED_LINK_CHARS = 1000;
const ORG_FILE_PREFIX = 'file:';

/** Finds the link whose target is being typed at an offset, after `](`, `](<` or `[[` on the same line. */
export function findOpenLinkAt(text: string, offset: number): OpenLink | undefined {
  const searchStart = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - MAX_TYPED_LINK_CHARS);
  const line = text.slice(searchStart, offset);
  const markdown = line.lastIndexOf('](');
  const wiki = line.lastIndexOf('[[');
  const form = markdown > wiki ? 'markdown' : 'wiki';
  const openingIndex = Math.max(markdown, wiki);
  if (openingIndex < 0) return undefined;
  const targetIndex = openingIndex + (line[openingIndex + 2] === '<' && form === 'markdown' ? 3 : 2);
  const typedTarget = line.slice(targetIndex);
  if (form === 'markdown' ? /[)>]/.test(typedTarget) : /[\]|]/.test(typedTarget)) return undefined;
  if (
    form === 'wiki' &&
    typedTarget.startsWith(ORG_FILE_PREFIX) &&
    !typedTarget.startsWith(`${ORG_FILE_PREFIX}//`)
  )
    return {
      form: 'org',
      start: searchStart + targetIndex + ORG_FILE_PREFIX.length,
      typedTarget: typedTarget.slice(ORG_FILE_PREFIX.length),
    };
  return { form, start: searchStart + targetIndex, typedTarget };
}

/** Encodes a path as a link target. Percent-encodes characters that would end the link or change its meaning. */
export function encodeLinkTarget(path: string, form: TargetForm): string {
  // A path that looks like a URI scheme would be read as a URI.
  const safePath = /^[a-z][a-z0-9+.-]+:/i.test(path) ? `./${path}` : path;
  if ((form === 'wiki' || form === 'org') && !/[[\]|%\n]|::/.test(safePath)) return safePath;
  return encodeURI(safePath.toWellFormed()).replace(/[()#?[\]'`]|::/g, (reservedText) =>
    [...reservedText].map((character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`).join(''),
  );
}

const toSeconds = (ms: number) => String(Math.round(ms) / 1000);

/** Formats the time of a link: `#t=83.2,97`, or Org's `::83.2,97`. */
export function formatLinkTime(startMs: number, endMs: number | undefined, form: TargetForm): string {
  const endPart = endMs === undefined ? '' : `,${toSeconds(endMs)}`;
  return `${form === 'org' ? '::' : '#t='}${toSeconds(startMs)}${endPart}`;
}
