import { formatTime } from '../../core/domain/format-time.ts';
import { toLineMoments } from '../../core/domain/line-moments.ts';
import { findClosestName } from '../../core/language/closest-name.ts';
import { toOneLine } from '../../core/text/one-line.ts';
import type { Library } from '../../library.ts';
import { findLinkLabel } from '../../linking/link-label.ts';
import { formatLinkTime } from '../../linking/open-link.ts';
import type { OpenDocument } from './documents.ts';
import type { LinkFix } from './link-diagnostics.ts';
import { type DocumentMediaLink, decodePercent, replaceLinkTarget } from './media-links.ts';

const MAX_FIXES_BY_NAME = 3;
const MAX_FIXES_BY_CONTENT = 3;
/** Limits the videos whose names are compared. */
const MAX_VIDEOS = 20_000;
const MAX_TITLE_CHARS = 120;

type FixLibrary = Pick<Library, 'videos' | 'search'>;

const nameOf = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
const stemOf = (name: string) => name.replace(/\.[^.]*$/, '').toLowerCase();

const shortenTitle = (title: string) => toOneLine(title).slice(0, MAX_TITLE_CHARS).toWellFormed();

/** Offers the videos with the name of the missing file, else with that name and another ending, else with the closest name. */
function fixesByName(
  link: DocumentMediaLink,
  { uri: noteUri, lines }: OpenDocument,
  library: FixLibrary,
): readonly LinkFix[] {
  const wanted = nameOf(decodePercent(link.target));
  const videos = library
    .videos({ limit: MAX_VIDEOS })
    .videos.map(({ uri, path }) => ({ uri, name: nameOf(path) }));
  const sameName = videos.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const sameStem = videos.filter(({ name }) => stemOf(name) === stemOf(wanted));
  const stems = videos.map(({ name }) => stemOf(name));
  const closest = findClosestName(stemOf(wanted), stems);
  const similar = videos.filter((_, index) => stems[index] === closest);
  const matches = [sameName, sameStem, similar].find((found) => found.length > 0) ?? [];
  const range = { start: lines.positionAt(link.targetStart), end: lines.positionAt(link.targetEnd) };
  return matches.slice(0, MAX_FIXES_BY_NAME).map(({ uri }) => {
    const newText = replaceLinkTarget(link, uri, noteUri);
    return { title: shortenTitle(`Change the link to ${newText}`), edit: { range, newText } };
  });
}

/** Offers moments that match the label of the link. */
async function fixesByContent(
  link: DocumentMediaLink,
  { uri: noteUri, text, lines }: OpenDocument,
  library: FixLibrary,
  signal: AbortSignal,
): Promise<readonly LinkFix[]> {
  const query = findLinkLabel(text, link);
  if (query === '') return [];
  const { hits } = await library.search({ query, k: MAX_FIXES_BY_CONTENT }, signal);
  const isOrg = text.slice(link.start, link.targetStart) === 'file:';
  const range = { start: lines.positionAt(link.targetStart), end: lines.positionAt(link.end) };
  return (
    hits
      // What only resembles the label by meaning or picture is too far off to stand in for a file that had a name.
      .filter(({ evidence }) => evidence.some(({ matches = [] }) => matches.length > 0))
      .flatMap((hit) => toLineMoments(hit).map((moment) => ({ ...moment, uri: hit.uri, path: hit.path })))
      .slice(0, MAX_FIXES_BY_CONTENT)
      .map((moment) => {
        const time = formatLinkTime(moment.startMs, moment.endMs, isOrg ? 'org' : link.form);
        return {
          title: shortenTitle(
            `Change the link to ${nameOf(moment.path)} ${formatTime(moment.startMs)}: ${moment.text}`,
          ),
          edit: { range, newText: `${replaceLinkTarget(link, moment.uri, noteUri)}${time}` },
        };
      })
  );
}

/**
 * Returns the edits that may repair a link to a file that does not exist: to a video with the same or a similar name, and
 * to moments that match the label of the link.
 */
export async function findMissingLinkFixes(
  link: DocumentMediaLink,
  document: OpenDocument,
  library: FixLibrary,
  signal: AbortSignal,
): Promise<readonly LinkFix[]> {
  return [
    ...fixesByName(link, document, library),
    ...(await fixesByContent(link, document, library, signal)),
  ];
}
