import type { CompletionItem, CompletionList } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { Ms, Uri } from '../../../protocol/base.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import { isUntimed, toLineMoments } from '../../core/domain/line-moments.ts';
import { parseMediaLink } from '../../core/domain/media-link.ts';
import { toOneLine } from '../../core/text/one-line.ts';
import type { Library } from '../../library.ts';
import { findOpenLinkAt, formatLinkTime } from '../../linking/open-link.ts';
import type { Feature } from './feature.ts';
import { candidateUris, decodePercent, toLinkTarget } from './media-links.ts';
import { positionSchema, textDocumentSchema } from './schemas.ts';

const MAX_VIDEOS = 20;
const MAX_MOMENTS = 10;
const MAX_LINES = 200;
const MAX_LABEL_CHARS = 100;
/** Equal CompletionItemKind.File and .Event. */
const FILE_KIND = 17;
const EVENT_KIND = 23;

const paramsSchema = z.object({ textDocument: textDocumentSchema, position: positionSchema });

interface MomentSuggestion {
  readonly uri: Uri;
  readonly path: string;
  readonly startMs: Ms;
  readonly endMs: Ms;
  readonly text: string;
}

/** Searches for moments that match the words, in one video if `uri` is given. Each line that matches is a moment. */
async function searchMoments(query: string, uri: Uri | undefined, library: Library, signal: AbortSignal) {
  const scope = uri === undefined ? undefined : { uris: [uri] };
  const { hits } = await library.search({ query, k: MAX_MOMENTS, scope }, signal);
  return hits.flatMap((hit) =>
    toLineMoments(hit).map(
      ({ startMs, endMs, text }): MomentSuggestion => ({
        uri: hit.uri,
        path: hit.path,
        startMs,
        endMs,
        text,
      }),
    ),
  );
}

/**
 * Lists the lines of a video from a time on, each at its own second. Lists its clips if nothing is said, shown or
 * described from there on.
 */
async function listLines(uri: Uri, fromMs: Ms, library: Library): Promise<readonly MomentSuggestion[]> {
  const { clips, lines, path } = await library.video(uri);
  const timed = lines.filter((line) => !isUntimed(line.kind) && line.startMs >= fromMs);
  const moments = timed.length > 0 ? timed : clips.map((clip) => ({ ...clip, text: '' }));
  return moments.slice(0, MAX_LINES).map(({ startMs, endMs, text }) => ({ uri, path, startMs, endMs, text }));
}

/** Searches one video for text typed after its name and `#`. Searches all videos for any other text. */
async function findMoments(typedText: string, noteUri: string, library: Library, signal: AbortSignal) {
  const hash = typedText.lastIndexOf('#');
  const uri =
    hash < 0
      ? undefined
      : candidateUris(typedText.slice(0, hash), noteUri).find((candidate) => library.holds(candidate));
  const searchWords = (uri === undefined ? typedText : typedText.slice(hash + 1)).trim();
  const typedTime = /^(?:t=?([\d:.]*),?[\d:.]*)?$/.exec(searchWords);
  if (uri !== undefined && typedTime !== null)
    return listLines(uri, parseMediaLink(`x#t=${typedTime[1] ?? ''}`).startMs, library);
  return searchWords === '' ? [] : searchMoments(decodePercent(searchWords), uri, library, signal);
}

/** Completes a link that is being typed, with videos by name and moments by content. */
export const completion: Feature<z.infer<typeof paramsSchema>> = {
  method: 'textDocument/completion',
  params: paramsSchema,
  async handle(
    { textDocument: { uri: noteUri }, position: cursor },
    call,
    { library },
  ): Promise<CompletionList> {
    const document = call.documents.get(noteUri);
    const link = document && findOpenLinkAt(document.text, document.lines.offsetAt(cursor));
    if (document === undefined || link === undefined) return { isIncomplete: false, items: [] };
    const range = { start: document.lines.positionAt(link.start), end: cursor };
    const typedText = link.typedTarget.trim();
    const item = (
      label: string,
      detail: string,
      kind: typeof FILE_KIND | typeof EVENT_KIND,
      newText: string,
    ) =>
      // The match may be in words that the label does not show, so the editor must filter by the typed text.
      ({
        label,
        detail,
        kind,
        filterText: link.typedTarget,
        textEdit: { range, newText },
      }) satisfies CompletionItem;

    const { videos } = library.videos({ limit: MAX_VIDEOS, matching: decodePercent(typedText) });
    const fileItems = videos.map(({ uri, path }) => {
      const target = toLinkTarget(uri, noteUri, link.form);
      return item(
        toOneLine(target).slice(0, MAX_LABEL_CHARS).toWellFormed(),
        toOneLine(path),
        FILE_KIND,
        target,
      );
    });
    const suggestions = await findMoments(typedText, noteUri, library, call.signal);
    const momentItems = suggestions.map(({ uri, path, startMs, endMs, text }) => {
      const label = `${formatTime(startMs)} ${toOneLine(text)}`.slice(0, MAX_LABEL_CHARS).toWellFormed();
      const target = `${toLinkTarget(uri, noteUri, link.form)}${formatLinkTime(startMs, endMs, link.form)}`;
      return item(label, toOneLine(path), EVENT_KIND, target);
    });
    return { isIncomplete: true, items: [...fileItems, ...momentItems] };
  },
};
