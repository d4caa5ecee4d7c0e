import { dirname, relative, sep } from 'node:path';
import type { CompletionItem, CompletionList } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { Uri } from '../../../protocol/base.ts';
import { pathOfFileUri } from '../../base/file-uri.ts';
import { clock, oneLine } from '../../linking/hoverText.ts';
import { positionsIn } from '../../linking/lines.ts';
import { asTarget, type OpenLink, openLinkAt } from '../../linking/openLink.ts';
import { type Feature, position, textDocument } from './feature.ts';

const VIDEOS = 20;
const MOMENTS = 10;
/** Of names to look through for each letter typed. */
const LOOKED_AT = 10_000;
const LABEL = 100;
/** CompletionItemKind.File and .Event. */
const FILE = 17;
const EVENT = 23;

const params = z.object({ textDocument, position });

/** A video as a link from a document names it: by its path from there, or by its URI. */
function targetOf(uri: Uri, document: string, kind: OpenLink['kind']): string {
  try {
    const [path, note] = [pathOfFileUri(uri), pathOfFileUri(document)];
    if (typeof path === 'string' && typeof note === 'string')
      return asTarget(relative(dirname(note), path).replaceAll(sep, '/'), kind);
  } catch {
    // A note that is in no file has no place to start from.
  }
  return uri;
}

/** In a link that is being typed: videos by their names, and moments by what happens in them. */
export const completion: Feature<z.infer<typeof params>> = {
  method: 'textDocument/completion',
  params,
  async handle({ textDocument: { uri: note }, position: at }, call, { library }): Promise<CompletionList> {
    const text = call.documents.get(note)?.text ?? '';
    const { offsetAt, positionAt } = positionsIn(text);
    const link = openLinkAt(text, offsetAt(at));
    if (link === undefined) return { isIncomplete: false, items: [] };
    const range = { start: positionAt(link.start), end: at };
    const typed = link.typed.trim();
    const item = (label: string, detail: string, kind: typeof FILE | typeof EVENT, newText: string) =>
      // What was typed is found in words that the label need not show, so it is the text to filter by.
      ({
        label,
        detail,
        kind,
        filterText: link.typed,
        textEdit: { range, newText },
      }) satisfies CompletionItem;

    const videos = library
      .videos({ limit: LOOKED_AT })
      .videos.filter(({ path }) => path.toLowerCase().includes(typed.toLowerCase()))
      .slice(0, VIDEOS)
      .map(({ uri, path }) => {
        const target = targetOf(uri, note, link.kind);
        return item(oneLine(target).slice(0, LABEL).toWellFormed(), oneLine(path), FILE, target);
      });
    const { hits } =
      typed === '' ? { hits: [] } : await library.search({ query: typed, k: MOMENTS }, call.signal);
    const moments = hits.map(({ uri, path, startMs, endMs, evidence }) => {
      const label = `${clock(startMs)} ${oneLine(evidence[0]?.text ?? '')}`.slice(0, LABEL).toWellFormed();
      const time = `#t=${startMs / 1000},${endMs / 1000}`;
      return item(label, oneLine(path), EVENT, `${targetOf(uri, note, link.kind)}${time}`);
    });
    return { isIncomplete: true, items: [...videos, ...moments] };
  },
};
