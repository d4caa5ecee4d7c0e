import type { AlertsResult } from '../../protocol/alerts.ts';
import type { Scope as WireScope } from '../../protocol/base.ts';
import type { Folder, FoldersResult } from '../../protocol/folders.ts';
import type { Status } from '../../protocol/status.ts';
import type { ClipResult } from '../../protocol/videos.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import { parseClipId } from '../core/domain/clip-id.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { isInPlaces, isWithin } from '../core/library/reconcile-file.ts';
import { type Library, RequestError } from '../library.ts';
import { placeNotIndexed } from './answering.ts';
import { clipNotFound, videoNotFound } from './describe-video.ts';

const NOTHING_INDEXED = 'None of the folders that you may see contains an indexed video.';

/** What a restricted library knows about what its user may see. */
interface Sight {
  readonly library: Library;
  /** Folders and videos, canonical. */
  readonly places: readonly Uri[] | undefined;
  /** Returns whether an indexed file may be seen. */
  readonly sees: (uri: Uri) => boolean;
  /** Throws as for an unknown video if a file may not be seen. */
  readonly assertSeen: (uri: Uri) => void;
  /** Throws if a request names a file to write. */
  readonly assertNoFile: (file: Uri | undefined) => void;
}

/**
 * Returns the library as a user over the network sees it: only what is in `places` (all if undefined), nothing about the
 * machine, and no method that writes a file or changes more than corrections. What is hidden is treated as if it were not
 * indexed, in the same words. Every method is listed, so the compiler asks about a new one.
 */
export function restrictLibrary(library: Library, places: readonly Uri[] | undefined): Library {
  // A file in the index has a canonical URI: no other spelling can lead out of a place.
  const sees = (uri: Uri) => library.holds(uri) && isInPlaces(uri, places);
  const sight: Sight = {
    library,
    places,
    sees,
    assertSeen(uri) {
      if (!sees(uri)) throw videoNotFound(uri);
    },
    assertNoFile(file) {
      if (file !== undefined) throw notOverTheNetwork();
    },
  };
  return {
    ...createReadMethods(sight),
    ...createFindMethods(sight),
    ...createTextMethods(sight),
    ...createCorrectionMethods(sight),
    ...refusedMethods,
    close: async () => undefined,
  };
}

function notOverTheNetwork(): RequestError {
  return new RequestError(
    'invalid',
    'This cannot be done over the network.',
    'Do it on the computer that runs Goldfish.',
  );
}

const refuse = async (): Promise<never> => {
  throw notOverTheNetwork();
};

/** What only owners may do, and they have the whole library. */
const refusedMethods = {
  addFolder: refuse,
  removeFolder: refuse,
  browseFolders: refuse,
  assertMayWrite: refuse,
  exportClips: refuse,
  index: refuse,
  addAlert: refuse,
  removeAlert: refuse,
  exportSearches: refuse,
  estimateTraining: refuse,
  exportTraining: refuse,
  importTraining: refuse,
  forget: refuse,
  reindex: refuse,
  pause: refuse,
  resume: refuse,
} as const satisfies Partial<Library>;

/**
 * Returns a scope that contains only what may be seen. Throws if it names something else. `isEmpty`: nothing that may be
 * seen is indexed.
 */
function narrowScope(
  { library, places }: Sight,
  scope: WireScope | undefined,
): { readonly scope: WireScope | undefined; readonly isEmpty: boolean } {
  if (places === undefined) return { scope, isEmpty: false };
  const indexedPlaces = places.filter((place) => library.countVideos(place) > 0);
  const named = scope?.uris ?? [];
  const uris = named.flatMap((uri) => {
    if (isInPlaces(uri, places)) return [uri];
    const inside = indexedPlaces.filter((place) => isWithin(place, uri));
    if (inside.length === 0) throw placeNotIndexed(uri);
    return inside;
  });
  const narrowed = named.length === 0 ? indexedPlaces : uris;
  // An empty list would stand for everything.
  return { scope: { ...scope, uris: narrowed }, isEmpty: narrowed.length === 0 };
}

function createReadMethods(
  sight: Sight,
): Pick<
  Library,
  | 'folders'
  | 'status'
  | 'onStatus'
  | 'video'
  | 'videos'
  | 'clip'
  | 'findCopies'
  | 'countVideos'
  | 'holds'
  | 'isIndexedFile'
  | 'movedTo'
  | 'still'
  | 'playback'
  | 'plan'
  | 'stream'
  | 'opened'
> {
  const { library, places, sees, assertSeen } = sight;
  const status = () => hideMachine(library.status(places), places);
  return {
    folders: async () => narrowFolders(sight, await library.folders()),
    status,
    onStatus: (listener) => library.onStatus(() => listener(status())),
    async video(uri) {
      assertSeen(uri);
      const video = await library.video(uri);
      return { ...video, copies: video.copies.filter(sees) };
    },
    videos: (params) => library.videos({ ...params, places }),
    clip: (clipId, uri) => seenClip(sight, clipId, uri),
    findCopies: (videoId) => library.findCopies(videoId).filter(sees),
    countVideos: (uri) => library.videos({ uri, places, limit: 0 }).total,
    holds: sees,
    isIndexedFile: (uri, stat) => sees(uri) && library.isIndexedFile(uri, stat),
    async movedTo(uri, signal) {
      const target = await library.movedTo(uri, signal);
      return target !== undefined && sees(target) ? target : undefined;
    },
    async still(uri, timeMs, box, signal) {
      assertSeen(uri);
      return library.still(uri, timeMs, box, signal);
    },
    async playback(uri, plays, signal) {
      assertSeen(uri);
      return library.playback(uri, plays, signal);
    },
    async plan(uri, plays, signal) {
      assertSeen(uri);
      return library.plan(uri, plays, signal);
    },
    stream(uri, conversion, startMs, signal) {
      assertSeen(uri);
      return library.stream(uri, conversion, startMs, signal);
    },
    async opened(uri, ms) {
      if (sees(uri)) await library.opened(uri, ms);
    },
  };
}

function createFindMethods(
  sight: Sight,
): Pick<Library, 'search' | 'heat' | 'ask' | 'digest' | 'reel' | 'alerts' | 'onAlert'> {
  const { library, places, sees, assertSeen, assertNoFile } = sight;
  const confined = places !== undefined;
  return {
    async search(request, signal) {
      const { like } = request;
      const { scope, isEmpty } = narrowScope(sight, request.scope);
      // A moment that may not be seen must not be described by those like it.
      const likeUri = like && (await seenClip(sight, like.clipId, like.uri)).uri;
      if (isEmpty) return { hits: [] };
      const seenLike = like && { ...like, uri: likeUri };
      return library.search({ ...request, scope, confined, ...(seenLike && { like: seenLike }) }, signal);
    },
    async heat(params, signal) {
      assertSeen(params.uri);
      return library.heat(params, signal);
    },
    async ask(request, onDelta, signal) {
      for (const { uri } of request.ranges ?? []) assertSeen(uri);
      const { scope, isEmpty } = narrowScope(sight, request.scope);
      if (isEmpty) return { answer: NOTHING_INDEXED, citations: [], grounded: false, hits: [] };
      return library.ask({ ...request, scope, confined }, onDelta, signal);
    },
    async digest(request, onProgress, signal) {
      assertNoFile(request.file);
      const { scope, isEmpty } = narrowScope(sight, request.scope);
      if (isEmpty) throw new RequestError('notFound', NOTHING_INDEXED, 'Ask the owner of the library.');
      return library.digest({ ...request, scope }, onProgress, signal);
    },
    async reel(params, signal) {
      const { scope, isEmpty } = narrowScope(sight, params.scope);
      if (isEmpty) throw new RequestError('notFound', NOTHING_INDEXED, 'Ask the owner of the library.');
      return library.reel({ ...params, scope, confined }, signal);
    },
    alerts: () => narrowAlerts(sight, library.alerts()),
    onAlert: (listener) =>
      library.onAlert((event) => {
        if (sees(event.uri)) listener(event);
      }),
  };
}

function createTextMethods({
  library,
  assertSeen,
  assertNoFile,
}: Sight): Pick<Library, 'export' | 'subtitles' | 'chapters'> {
  return {
    async export(params) {
      assertNoFile(params.file);
      for (const { uri } of params.moments) assertSeen(uri);
      return library.export(params);
    },
    async subtitles(request, onProgress, signal) {
      assertNoFile(request.file);
      assertSeen(request.uri);
      return library.subtitles(request, onProgress, signal);
    },
    async chapters(params) {
      assertNoFile(params.file);
      assertSeen(params.uri);
      return library.chapters(params);
    },
  };
}

function createCorrectionMethods({
  library,
  places,
  assertSeen,
}: Sight): Pick<Library, 'corrections' | 'correctLine' | 'nameSpeaker' | 'tag' | 'uncorrect'> {
  // Other videos may be in folders that are hidden from this user.
  const confined = places !== undefined;
  return {
    corrections(uri) {
      assertSeen(uri);
      return library.corrections(uri);
    },
    async correctLine(params) {
      assertSeen(params.uri);
      return library.correctLine(params);
    },
    async nameSpeaker(params) {
      assertSeen(params.uri);
      if (params.everywhere && confined) throw notOverTheNetwork();
      return library.nameSpeaker({ ...params, confined });
    },
    async tag(params) {
      assertSeen(params.uri);
      return library.tag(params);
    },
    async uncorrect(params) {
      assertSeen(params.uri);
      return library.uncorrect({ ...params, confined });
    },
  };
}

/** Returns a clip of a copy that may be seen: the named one, or the first. */
async function seenClip(
  { library, places, sees }: Sight,
  clipId: string,
  uri: Uri | undefined,
): Promise<ClipResult> {
  if (uri !== undefined) {
    if (!sees(uri)) throw clipNotFound(clipId, uri);
    return library.clip(clipId, uri);
  }
  if (places === undefined) return library.clip(clipId, undefined);
  const videoId = parseClipId(clipId)?.videoId;
  const copy = library.findCopies(videoId ?? '').find(sees);
  if (copy === undefined) throw clipNotFound(clipId, undefined);
  return library.clip(clipId, copy);
}

/** Hides where the library is on its machine, and advice, which is for its owner and names paths. */
function hideMachine(status: Status, places: readonly Uri[] | undefined): Status {
  const indexBytes = places === undefined ? status.indexBytes : 0;
  return { ...status, dataDir: '', pid: 0, advice: [], indexBytes };
}

/** Lists the watched folders that may be seen. Of a folder of which only parts may be seen, lists these parts. */
function narrowFolders({ library, places }: Sight, { folders }: FoldersResult): FoldersResult {
  if (places === undefined) return { folders: folders.map(({ reason: _, ...folder }) => folder) };
  const seen = new Map<Uri, Folder>();
  for (const { reason: _, ...folder } of folders) {
    if (isInPlaces(folder.uri, places)) {
      seen.set(folder.uri, folder);
      continue;
    }
    for (const place of places.filter((each) => isWithin(each, folder.uri)))
      seen.set(place, {
        ...folder,
        uri: place,
        path: fileUriToDisplayPath(place),
        include: [],
        exclude: [],
        videos: library.countVideos(place),
      });
  }
  return { folders: [...seen.values()] };
}

/** Keeps the matches that may be seen, and hides addresses on the machine. To those who see a part, only alerts that matched there exist. */
function narrowAlerts({ places, sees }: Sight, { alerts }: AlertsResult): AlertsResult {
  const seen = alerts.map(({ webhook: _, ...alert }) => {
    const matches = alert.matches.filter(({ uri }) => sees(uri));
    return places === undefined ? { ...alert, matches } : { ...alert, matches, count: matches.length };
  });
  return { alerts: places === undefined ? seen : seen.filter(({ matches }) => matches.length > 0) };
}
