import type { FoldersResult } from '../../protocol/folders.ts';
import type { Status } from '../../protocol/status.ts';
import { pathOfFileUri, showFileUri } from '../base/file-uri.ts';
import type { Log } from '../base/log.ts';
import { guardOutput } from '../base/output-guard.ts';
import { withoutWork } from '../core/forgotten-work.ts';
import type { Job, Outcome } from '../core/job.ts';
import type { Uri } from '../core/range.ts';
import type { Settings } from '../core/settings.ts';
import type { Copy } from '../core/video.ts';
import { captionRecipe } from '../indexing/caption.ts';
import { createCaptionPace } from '../indexing/captionPace.ts';
import { Catalogue } from '../indexing/catalogue.ts';
import { loadCorrections } from '../indexing/corrections.ts';
import { createFolders, presenceOf } from '../indexing/folders.ts';
import { pipeline } from '../indexing/pipeline.ts';
import { createScheduler } from '../indexing/scheduler.ts';
import type { StageResult } from '../indexing/stage.ts';
import { toldStore } from '../indexing/told.ts';
import { type Library, RequestError } from '../library.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { CorrectionBook } from '../ports/correction-book.ts';
import type { Disk } from '../ports/disk.ts';
import type { Executor } from '../ports/executor.ts';
import type { FolderList } from '../ports/folder-list.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Media } from '../ports/media.ts';
import type { PaceList } from '../ports/pace-list.ts';
import type { Reader } from '../ports/reader.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { Transcriber } from '../ports/transcriber.ts';
import { forgetUnder, reindexUnder } from './again.ts';
import { createAnswering } from './answering.ts';
import { correctionActs } from './corrections.ts';
import { exportClips } from './cutting.ts';
import { exportMoments } from './exporting.ts';
import { indexRun } from './index-run.ts';
import { createPlaying } from './playing.ts';
import { type StatusFrame, statusOf } from './status.ts';
import { createTidy } from './tidy.ts';
import { clipOf, unreadable, videoOf } from './videos.ts';
import { listVideos, movedTo, stillOf } from './watching.ts';

export interface LibraryPorts {
  readonly store: Store;
  readonly disk: Disk;
  readonly media: Media;
  readonly reader: Reader;
  readonly captioner: () => Captioner | undefined;
  readonly transcriber: () => Transcriber | undefined;
  readonly answerer: () => Answerer | undefined;
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly reranker: () => Reranker | undefined;
  readonly folderList: FolderList;
  readonly correctionBook: CorrectionBook;
  readonly paceList: PaceList;
  readonly settings: () => Settings;
  readonly executor: (
    run: (job: Job, onShare: (share: number) => void, signal: AbortSignal) => Promise<Outcome<StageResult>>,
    settle: (job: Job, outcome: Outcome<StageResult>) => Promise<void>,
  ) => Executor;
  readonly frame: () => StatusFrame;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The Library with the handles that only the daemon turns. */
export interface OwnedLibrary extends Library {
  /** Holds indexing up (battery, quiet hours), or lets it go on. What a person typed is never held up. */
  hold(reason: 'battery' | 'quietHours' | undefined): void;
  /** How many deep jobs run at once. */
  setWidth(width: number): void;
  /** Plans everything anew after settings changed. */
  replan(): void;
}

/** Status notifications at most so often, ms. */
const STATUS_MS = 250;
/** Of a large library a status takes long to make: it is then made seldom enough to cost a thirtieth of the time. */
const STATUS_SHARE = 30;

export async function createLibrary(ports: LibraryPorts): Promise<OwnedLibrary> {
  const { store, disk, now, log } = ports;
  const [catalogue, corrections] = await Promise.all([
    Catalogue.load(store),
    loadCorrections(ports.correctionBook),
  ]);
  const listeners = new Set<(status: Status) => void>();
  const changes = new Set<() => void>();
  let asked = false;
  let held: 'battery' | 'quietHours' | undefined;
  let paused = false;
  let timer: NodeJS.Timeout | undefined;
  let statusCostMs = 0;
  const tidy = await createTidy(store, log);
  const captionPace = createCaptionPace(await ports.paceList.load(), ports.paceList, now);

  const told = toldStore(store, catalogue, corrections);

  const scheduler = createScheduler({
    catalogue,
    stages: pipeline({
      ...ports,
      told,
      corrections,
      captionPace,
      copiesOf: (videoId) => catalogue.copiesOf(videoId),
    }),
    executor: ports.executor,
    online: (copy: Copy) => folders.online(copy),
    presence: (copy: Copy) => presenceOf(disk, copy),
    onMissing: (uri: Uri) => folders.missing(uri),
    onChange: changed,
    log,
  });
  const folders = createFolders({
    disk,
    catalogue,
    list: ports.folderList,
    onTouched: (videoIds) => scheduler.touch(videoIds),
    onChange: changed,
    log,
  });
  const shelf = { catalogue, store, told, corrections, folders, scheduler, disk };
  const playing = createPlaying(shelf, ports.media);
  const answering = createAnswering({ ...ports, store: told, catalogue, scheduler, folders });
  const correcting = correctionActs({ ...shelf, now });
  const guard = guardOutput({ files: () => filesOf(catalogue), folder: ports.frame().dataDir });

  function changed(): void {
    for (const listener of changes) listener();
    tidy.noteChange(scheduler.running().length > 0);
    timer ??= setTimeout(
      () => {
        timer = undefined;
        if (listeners.size === 0) return;
        const startedMs = performance.now();
        const latest = status();
        statusCostMs = performance.now() - startedMs;
        for (const listener of listeners) listener(latest);
      },
      Math.max(STATUS_MS, STATUS_SHARE * statusCostMs),
    );
  }

  function status(): Status {
    const captioner = ports.captioner();
    const recipe = captioner && captionRecipe(captioner, ports.settings()['models.captionLanguage']);
    const captioning =
      recipe === undefined
        ? undefined
        : { recipe, clipMs: captionPace.clipMs(recipe), elsewhereMs: captioner?.clipMs };
    const frame = { ...ports.frame(), captioning, damage: store.damage() };
    return statusOf(shelf, frame, asked ? 'asked' : held, tidy.bytes(), now());
  }

  function setPaused(): void {
    const should = asked || held !== undefined;
    if (should !== paused) {
      paused = should;
      if (should) scheduler.pause();
      else scheduler.resume();
    }
    changed();
  }

  const listed = (): FoldersResult => ({
    folders: folders.list().map(({ rule, state, reason }) => ({
      ...rule,
      path: showFileUri(rule.uri),
      state,
      reason,
      videos: catalogue.under(rule.uri).filter((copy) => !copy.forgotten).length,
    })),
  });

  store.onDamage((work) => {
    // Memory is whole: what the index lost of it is written again, without the work that was lost.
    const whole = catalogue.change((view) => ({
      videos: [...view.videos()].map((record) => withoutWork(record, work)),
      copies: [...view.copies()].map((copy) => withoutWork(copy, work)),
    }));
    whole.then(
      () => scheduler.touchAll(),
      (error: unknown) => log.error('index cannot be written', { error: String(error) }),
    );
    changed();
  });
  await folders.start();
  scheduler.touchAll();

  return {
    folders: async () => listed(),
    async addFolder({ uri, include = [], exclude = [], poll = false }) {
      const signal = new AbortController().signal;
      if ((await disk.stat(uri, signal)) !== undefined) {
        throw new RequestError(
          'invalid',
          `${showFileUri(uri)} is a file.`,
          'Name a folder; for one file use "index".',
          uri,
        );
      }
      const state = await disk.state(uri, signal);
      if (state.state !== 'ok') {
        throw unreadable(uri);
      }
      await folders.add({ uri, include, exclude, poll }, signal);
      return listed();
    },
    async removeFolder(uri) {
      if (!(await folders.remove(uri))) {
        throw new RequestError(
          'notFound',
          `${showFileUri(uri)} is no folder of the library.`,
          'See "goldfish folders".',
          uri,
        );
      }
      return listed();
    },
    status,
    onStatus(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    search: answering.search,
    ask: answering.ask,
    clip: (clipId, uri) => clipOf(shelf, clipId, uri),
    video: (uri) => videoOf(shelf, uri),
    videos: (params) => listVideos(shelf, params),
    holds: (uri) => catalogue.copy(uri)?.forgotten === false,
    movedTo: (uri, signal) => movedTo(shelf, uri, signal),
    still: (uri, timeMs, box, signal) => stillOf({ ...shelf, media: ports.media }, uri, timeMs, box, signal),
    playback: playing.playback,
    plan: playing.plan,
    stream: playing.stream,
    exportClips: (params, onProgress, signal) =>
      exportClips(
        {
          media: ports.media,
          disk,
          videoOf: (uri) => videoOf(shelf, uri),
          guard,
        },
        params,
        onProgress,
        signal,
      ),
    export: (params) => exportMoments((uri) => videoOf(shelf, uri), guard, params),
    index: (uris, keep, onProgress, signal) =>
      indexRun(
        shelf,
        uris,
        keep,
        onProgress,
        (listener) => {
          changes.add(listener);
          return () => void changes.delete(listener);
        },
        now,
        signal,
      ),
    ...correcting,
    forget: (uri) => forgetUnder(shelf, uri),
    reindex: (uri, stage) => reindexUnder(shelf, uri, stage),
    async pause() {
      asked = true;
      setPaused();
      return status();
    },
    async resume() {
      asked = false;
      setPaused();
      return status();
    },
    hold(reason) {
      held = reason;
      setPaused();
    },
    setWidth: (width) => scheduler.setWidth(width),
    replan: () => scheduler.touchAll(),
    async close() {
      clearTimeout(timer);
      await folders.close();
      await scheduler.close();
      await tidy.close();
      await Promise.all([ports.media.close(), ports.reader.close()]);
      await store.close();
    },
  };
}

/** Paths of all files that the index was made from: media, and the subtitles beside them. */
function* filesOf(catalogue: Catalogue): Iterable<string | Buffer> {
  for (const { uri, sidecars } of catalogue.copies()) {
    yield pathOfFileUri(uri);
    for (const sidecar of sidecars) yield pathOfFileUri(sidecar.uri);
  }
}
