import type { CompletionItem, CompletionList } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { Ms, Uri } from '../../../protocol/base.ts';
import { oneLine } from '../../core/oneLine.ts';
import type { Library } from '../../library.ts';
import { clock } from '../../linking/hoverText.ts';
import { asTime, openLinkAt } from '../../linking/openLink.ts';
import { type Feature, position, textDocument } from './feature.ts';
import { decoded, meant, targetOf } from './mediaLinks.ts';

const VIDEOS = 20;
const MOMENTS = 10;
const LABEL = 100;
/** CompletionItemKind.File and .Event. */
const FILE = 17;
const EVENT = 23;

const params = z.object({ textDocument, position });

interface Moment {
  readonly uri: Uri;
  readonly path: string;
  readonly startMs: Ms;
  readonly endMs: Ms;
  readonly text: string;
}

/** The places where the words are said, shown or named; in one video where `uri` is given. */
async function found(query: string, uri: Uri | undefined, library: Library, signal: AbortSignal) {
  const scope = uri === undefined ? undefined : { uris: [uri] };
  const { hits } = await library.search({ query, k: MOMENTS, scope }, signal);
  return hits.map(({ evidence, ...hit }): Moment => ({ ...hit, text: evidence[0]?.text ?? '' }));
}

/** The clips of a video by what is first said or shown in them. */
async function clipsOf(uri: Uri, library: Library): Promise<readonly Moment[]> {
  const { clips, lines, path } = await library.video(uri);
  return clips.slice(0, MOMENTS).map(({ startMs, endMs }) => {
    const inside = lines.filter((one) => one.startMs < endMs && one.endMs > startMs && one.kind !== 'title');
    // Measured lines begin with their clip: what is said or shown tells more.
    const line = inside.find((one) => one.kind !== 'facts') ?? inside[0];
    return { uri, path, startMs, endMs, text: line?.text ?? '' };
  });
}

/** What was typed behind a video's name looks for moments in it; anything else looks everywhere. */
async function momentsFor(typed: string, note: string, library: Library, signal: AbortSignal) {
  const hash = typed.lastIndexOf('#');
  const uri = hash < 0 ? undefined : meant(typed.slice(0, hash), note).find((one) => library.holds(one));
  const words = (uri === undefined ? typed : typed.slice(hash + 1)).trim();
  if (uri !== undefined && (words === '' || /^t=?[\d:.,]*$/.test(words))) return clipsOf(uri, library);
  return words === '' ? [] : found(decoded(words), uri, library, signal);
}

/** In a link that is being typed: videos by their names, and moments by what happens in them. */
export const completion: Feature<z.infer<typeof params>> = {
  method: 'textDocument/completion',
  params,
  async handle({ textDocument: { uri: note }, position: at }, call, { library }): Promise<CompletionList> {
    const document = call.documents.get(note);
    const link = document && openLinkAt(document.text, document.lines.offsetAt(at));
    if (document === undefined || link === undefined) return { isIncomplete: false, items: [] };
    const range = { start: document.lines.positionAt(link.start), end: at };
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

    const { videos } = library.videos({ limit: VIDEOS, matching: decoded(typed) });
    const files = videos.map(({ uri, path }) => {
      const target = targetOf(uri, note, link.form);
      return item(oneLine(target).slice(0, LABEL).toWellFormed(), oneLine(path), FILE, target);
    });
    const found = await momentsFor(typed, note, library, call.signal);
    const moments = found.map(({ uri, path, startMs, endMs, text }) => {
      const label = `${clock(startMs)} ${oneLine(text)}`.slice(0, LABEL).toWellFormed();
      const target = `${targetOf(uri, note, link.form)}${asTime(startMs, endMs, link.form)}`;
      return item(label, oneLine(path), EVENT, target);
    });
    return { isIncomplete: true, items: [...files, ...moments] };
  },
};
