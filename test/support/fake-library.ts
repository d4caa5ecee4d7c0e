import type { Hit } from '../../server/protocol/search.ts';
import type { Status } from '../../server/protocol/status.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import { type Library, RequestError } from '../../server/src/library.ts';

export const aStatus: Status = {
  videos: 1,
  clips: 2,
  work: { waiting: 0, running: [], done: 1, failed: [], offline: 0 },
  indexBytes: 3,
  versions: { protocol: 1, build: 'b', schema: 1, node: process.versions.node },
  roles: [],
  advice: [],
  dataDir: '/d',
  pid: process.pid,
};

export const aHit: Hit = {
  clipId: 'c',
  videoId: 'v',
  uri: 'file:///a.mp4',
  path: '/a.mp4',
  clip: { startMs: 0, endMs: 30_000 },
  startMs: 1000,
  endMs: 2000,
  score: 0.5,
  weak: false,
  link: 'file:///a.mp4#t=1,2',
  evidence: [{ kind: 'speech', text: 'words', startMs: 1000, endMs: 2000, source: 'a.srt' }],
};

export interface FakeLibrary extends Library {
  setStatus(status: Status): void;
  /** Resolves when a request that hangs has begun, and when it was aborted. */
  readonly hanging: Promise<void>;
  readonly aborted: Promise<void>;
}

/**
 * A Library by rote: searching for `hang` waits for its signal, `boom` fails as a defect does, and other queries
 * as the media, the index, a model or the request itself can.
 */
export function fakeLibrary(): FakeLibrary {
  const listeners = new Set<(status: Status) => void>();
  const hanging = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  let status = aStatus;
  const hang = (signal: AbortSignal) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => {
      aborted.resolve();
      reject(signal.reason);
    });
    hanging.resolve();
    return promise;
  };
  return {
    hanging: hanging.promise,
    aborted: aborted.promise,
    setStatus(next) {
      status = next;
      for (const listener of listeners) listener(next);
    },
    folders: async () => ({ folders: [] }),
    addFolder: async () => ({ folders: [] }),
    removeFolder: async () => ({ folders: [] }),
    browseFolders: async () => ({ folders: [], total: 0 }),
    status: () => status,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async search({ query }, signal) {
      if (query === 'hang') return hang(signal);
      if (query === 'boom') throw new TypeError('a defect');
      if (query === 'bad media')
        throw new MediaFailureError({ kind: 'empty', reason: 'a.mp4 is empty.', remedy: 'Copy it again.' });
      if (query === 'full disk') throw new StoreError('noSpace', 'The disk is full.', 'Make room.');
      if (query === 'no model') throw new ModelUnavailableError('No model.', 'Pull one.');
      if (query === 'unknown')
        throw new RequestError('notFound', 'Not there.', 'Look elsewhere.', 'file:///a.mp4');
      return { hits: [aHit] };
    },
    async ask({ question }, onDelta) {
      for (const word of question.split(' ')) onDelta(`${word} `);
      return { answer: `${question} `, citations: [], grounded: false, hits: [] };
    },
    heat: async ({ uri }) => ({ uri, durationMs: 1000, bucketMs: 1000, heat: [0], moments: [] }),
    clip: async () => {
      throw new RequestError('notFound', 'No such clip.', 'Search again.');
    },
    video: async () => {
      throw new RequestError('notFound', 'No such video.', 'Index it.');
    },
    videos: () => ({ total: 0, videos: [] }),
    findCopies: () => [],
    countVideos: () => 0,
    holds: () => false,
    isIndexedFile: () => false,
    movedTo: async () => undefined,
    still: async () => {
      throw new RequestError('notFound', 'No such video.', 'Index it.');
    },
    plan: async () => ({ way: 'original' }),
    playback: async () => ({ way: 'original' }),
    async *stream() {
      yield new Uint8Array();
    },
    assertMayWrite: async () => undefined,
    exportClips: async () => ({ how: 'exact', files: [] }),
    alerts: () => ({ alerts: [] }),
    addAlert: async () => ({ alerts: [] }),
    removeAlert: async () => ({ alerts: [] }),
    onAlert: () => () => undefined,
    reel: async () => ({ moments: [], durationMs: 0 }),
    digest: async () => ({ text: '', videos: 0, unknown: [], omitted: 0 }),
    chapters: async ({ format = 'list' }) => ({ format, text: '', chapters: [] }),
    subtitles: async ({ format = 'srt' }) => ({ format, text: '', subtitles: 0 }),
    export: async ({ format }) => ({ format, extension: format, text: '' }),
    exportTraining: async ({ folder }) => ({
      path: folder,
      rows: 0,
      splits: { train: 0, validation: 0, test: 0 },
      sources: { corrections: 0, tags: 0, captions: 0, subtitles: 0, host: 0 },
      refused: 0,
      unreadable: [],
    }),
    opened: async () => undefined,
    exportSearches: async ({ folder }) => ({
      path: folder,
      rows: 0,
      splits: { train: 0, validation: 0, test: 0 },
    }),
    estimateTraining: async () => ({ clips: 0, frames: 0, tokensIn: 0, tokensOut: 0 }),
    importTraining: async ({ folder }) => ({
      path: folder,
      rows: 0,
      splits: { train: 0, validation: 0, test: 0 },
      unusable: 0,
      missing: 0,
      unreadable: [],
    }),
    async index(uris, _keep, onProgress) {
      for (const [at] of uris.entries()) onProgress({ videos: uris.length, done: at + 1, failed: 0 });
      return { videos: uris.length, clips: 0, failed: [], seconds: 0 };
    },
    corrections: () => ({ videoId: 'v', corrections: [] }),
    correctLine: async () => ({ videoId: 'v', corrections: [] }),
    nameSpeaker: async () => ({ videoId: 'v', corrections: [] }),
    tag: async () => ({ videoId: 'v', corrections: [] }),
    uncorrect: async () => ({ videoId: 'v', corrections: [] }),
    forget: async () => ({ videos: 0 }),
    reindex: async () => ({ videos: 0 }),
    pause: async () => ({ ...status, paused: 'asked' }),
    resume: async () => status,
    close: async () => undefined,
  };
}
