/** A link that is being typed: from `start` to the place of writing. */
export interface OpenLink {
  readonly kind: 'markdown' | 'wiki';
  /** Where its target begins, in UTF-16 units. */
  readonly start: number;
  readonly typed: string;
}

const LONGEST = 1000;

/** The link whose target is being written at an offset: after `](`, `](<` or `[[` on the same line. */
export function openLinkAt(text: string, offset: number): OpenLink | undefined {
  const from = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - LONGEST);
  const line = text.slice(from, offset);
  const markdown = line.lastIndexOf('](');
  const wiki = line.lastIndexOf('[[');
  const kind = markdown > wiki ? 'markdown' : 'wiki';
  const at = Math.max(markdown, wiki);
  if (at < 0) return undefined;
  const opened = at + (line[at + 2] === '<' && kind === 'markdown' ? 3 : 2);
  const typed = line.slice(opened);
  if (kind === 'markdown' ? /[)>]/.test(typed) : /[\]|]/.test(typed)) return undefined;
  return { kind, start: from + opened, typed };
}

/** A path as the target of a link: percent-encoded where the form would end it or read it otherwise. */
export function asTarget(path: string, kind: OpenLink['kind']): string {
  if (kind === 'wiki' && !/[[\]|%\n]/.test(path)) return path;
  return encodeURI(path.toWellFormed()).replace(
    /[()#?[\]]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
