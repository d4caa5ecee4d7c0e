import type { LinkForm } from './findLinks.ts';

/** How a target is written: `org` is a wiki link that begins with `file:`. */
export type TargetForm = LinkForm | 'org';

/** A link that is being typed: from `start` to the place of writing. */
export interface OpenLink {
  readonly form: Exclude<TargetForm, 'bare'>;
  /** Where its target begins, in UTF-16 units. */
  readonly start: number;
  readonly typed: string;
}

const LONGEST = 1000;
const ORG = 'file:';

/** The link whose target is being written at an offset: after `](`, `](<` or `[[` on the same line. */
export function openLinkAt(text: string, offset: number): OpenLink | undefined {
  const from = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - LONGEST);
  const line = text.slice(from, offset);
  const markdown = line.lastIndexOf('](');
  const wiki = line.lastIndexOf('[[');
  const form = markdown > wiki ? 'markdown' : 'wiki';
  const at = Math.max(markdown, wiki);
  if (at < 0) return undefined;
  const opened = at + (line[at + 2] === '<' && form === 'markdown' ? 3 : 2);
  const typed = line.slice(opened);
  if (form === 'markdown' ? /[)>]/.test(typed) : /[\]|]/.test(typed)) return undefined;
  if (form === 'wiki' && typed.startsWith(ORG) && !typed.startsWith(`${ORG}//`))
    return { form: 'org', start: from + opened + ORG.length, typed: typed.slice(ORG.length) };
  return { form, start: from + opened, typed };
}

/** A path as the target of a link: percent-encoded where the form would end it or read it otherwise. */
export function asTarget(path: string, form: TargetForm): string {
  // What looks like the scheme of a URI is no path any more.
  const plain = /^[a-z][a-z0-9+.-]+:/i.test(path) ? `./${path}` : path;
  if ((form === 'wiki' || form === 'org') && !/[[\]|%\n]|::/.test(plain)) return plain;
  return encodeURI(plain.toWellFormed()).replace(/[()#?[\]'`]|::/g, (some) =>
    [...some].map((one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`).join(''),
  );
}

const seconds = (ms: number) => String(Math.round(ms) / 1000);

/** The time of a link, as its form has it: `#t=83.2,97`, org's `::83.2,97`. */
export function asTime(startMs: number, endMs: number | undefined, form: TargetForm): string {
  const until = endMs === undefined ? '' : `,${seconds(endMs)}`;
  return `${form === 'org' ? '::' : '#t='}${seconds(startMs)}${until}`;
}
