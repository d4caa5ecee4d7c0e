import { decodeReferences } from './strip-markup.ts';

/** One token of XML or HTML. Names are in lower case and without namespace. */
export type MarkupToken =
  | {
      readonly kind: 'open';
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      readonly isEmpty: boolean;
    }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string };

/** Maximum length of a tag, in characters; the rest is ignored. */
const MAX_TAG_CHARS = 4000;

/**
 * Splits XML or HTML into tags and text, leniently and in linear time. Entities are decoded; comments,
 * declarations and processing instructions are left out; tags need not be closed.
 */
export function* tokenizeMarkup(text: string): Generator<MarkupToken> {
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('<', at);
    if (start < 0) break;
    if (start > at) yield { kind: 'text', text: decodeReferences(text.slice(at, start)) };
    if (text.startsWith('<!--', start)) {
      at = findEndAfter(text, '-->', start);
    } else if (text.startsWith('<![CDATA[', start)) {
      at = findEndAfter(text, ']]>', start);
      yield { kind: 'text', text: text.slice(start + 9, at - 3) };
    } else {
      const end = text.indexOf('>', start);
      if (end < 0) break;
      const tag = text.slice(start + 1, Math.min(end, start + MAX_TAG_CHARS));
      at = end + 1;
      const piece = parseTag(tag);
      if (piece !== undefined) yield piece;
    }
  }
  if (at < text.length) yield { kind: 'text', text: decodeReferences(text.slice(at)) };
}

/** Returns the position after the next `end`, or the end of the text. */
function findEndAfter(text: string, end: string, from: number): number {
  const index = text.indexOf(end, from);
  return index < 0 ? text.length : index + end.length;
}

function parseTag(tag: string): MarkupToken | undefined {
  const match = /^(\/?)(?:[\w.-]*:)?([a-zA-Z][\w.-]*)/.exec(tag);
  if (match === null) return undefined;
  const name = (match[2] ?? '').toLowerCase();
  if (match[1] === '/') return { kind: 'close', name };
  const attributes = new Map<string, string>();
  const values = /([\w:.-]{1,100})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]{1,500}))/g;
  for (const attributeMatch of tag.slice(match[0].length).matchAll(values)) {
    const key = (attributeMatch[1] ?? '').toLowerCase().replace(/^.*:/, '');
    attributes.set(key, decodeReferences(attributeMatch[2] ?? attributeMatch[3] ?? attributeMatch[4] ?? ''));
  }
  return { kind: 'open', name, attributes, isEmpty: tag.endsWith('/') };
}
