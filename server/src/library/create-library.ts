import type { FoldersResult } from '../../protocol/folders.ts';
import type { Status } from '../../protocol/status.ts';
import { fileUriToDisplayPath, fileUriToPath } from '../base/file-uri.ts';
import type { Log } from '../base/log.ts';
import { guardOutput } from '../base/output-guard.ts';
import type { Settings } from '../core/domain/settings.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { withoutWork } from '../core/pipeline/forgotten-work.ts';
import type { Job, JobOutcome } from '../core/pipeline/job.ts';
import { createCaptionTimer } from '../indexing/caption-timing.ts';
import { VideoCatalogue } from '../indexing/catalogue.ts';
import { correctedStore } from '../indexing/corrected-store.ts';
import { loadCorrections } from '../indexing/corrections.ts';
import { presenceOf } from '../indexing/file-presence.ts';
import { createFolderWatcher } from '../indexing/folder-watcher.ts';
import { createPipeline } from '../indexing/pipeline.ts';
import { createScheduler } from '../indexing/scheduler.ts';
import { captionFingerprint } from '../indexing/stages/caption.ts';
import type { StageResult } from '../indexing/stages/stage-runner.ts';
import { type Library, RequestError } from '../library.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { CaptionTimingStore } from '../ports/caption-timing-store.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { CorrectionBook } from '../ports/correction-book.ts';
import type { Disk } from '../ports/disk.ts';
import type { Executor } from '../ports/executor.ts';
import type { FolderList } from '../ports/folder-list.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Media } from '../ports/media.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { TextRecogniser } from '../ports/text-recogniser.ts';
import type { Transcriber } from '../ports/transcriber.ts';
import { createAnswering } from './answering.ts';
import { createCorrectionMethods } from './corrections.ts';
import { describeClip, describeVideo, pathNotReadable } from './describe-video.ts';
import { exportClips } from './export-clips.ts';
import { exportMoments } from './export-moments.ts';
import { runIndex } from './index-run.ts';
import { findMovedUri, listVideos, readStill } from './list-videos.ts';
import { createMaintenance } from './maintenance.ts';
import { createPlayback } from './playback.ts';
import { forgetVideos, reindexVideos } from './reindex-and-forget.ts';
import { createStatus, type StatusFrame } from './status.ts';

export interface LibraryPorts {
  readonly store: Store;
  readonly disk: Disk;
  readonly media: Media;
  readonly reader: TextRecogniser;
  readonly captioner: () => Captioner | undefined;
  readonly transcriber: () => Transcriber | undefined;
  readonly answerer: () => Answerer | undefined;
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly reranker: () => Reranker | undefined;
  readonly folderList: FolderList;
  readonly correctionBook: CorrectionBook;
  readonly paceList: CaptionTimingStore;
  readonly settings: () => Settings;
  readonly executor: (
    run: (
      job: Job,
      onShare: (share: number) => void,
      signal: AbortSignal,
    ) => Promise<JobOutcome<StageResult>>,
    settle: (job: Job, outcome: JobOutcome<StageResult>) => Promise<void>,
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
const MIN_STATUS_INTERVAL_MS = 250;
/** Of a large library a status takes long to make: it is then made seldom enough to cost a thirtieth of the time. */
const STATUS_COST_FACTOR = 30;

export async function createLibrary(ports: LibraryPorts): Promise<OwnedLibrary> {
  const { store, disk, now, log } = ports;
  const [catalogue, corrections] = await Promise.all([
    VideoCatalogue.load(store),
    loadCorrections(ports.correctionBook),
  ]);
  const statusListeners = new Set<(status: Status) => void>();
  const changeListeners = new Set<() => void>();
  let pausedByUser = false;
  let holdReason: 'battery' | 'quietHours' | undefined;
  let paused = false;
  let timer: NodeJS.Timeout | undefined;
  let statusCostMs = 0;
  const maintenance = await createMaintenance(store, log);
  const captionPace = createCaptionTimer(await ports.paceList.load(), ports.paceList, now);

  const storeWithCorrections = correctedStore(store, catalogue, corrections);

  const scheduler = createScheduler({
    catalogue,
    stages: createPipeline({
      ...ports,
      correctedStore: storeWithCorrections,
      corrections,
      captionPace,
      copiesOf: (videoId) => catalogue.copiesOf(videoId),
    }),
    executor: ports.executor,
    online: (copy: VideoFile) => folders.online(copy),
    presence: (copy: VideoFile) => presenceOf(disk, copy),
    onMissing: (uri: Uri) => folders.reportMissing(uri),
    onChange: notifyChange,
    log,
  });
  const folders = createFolderWatcher({
    disk,
    catalogue,
    list: ports.folderList,
    onTouched: (videoIds) => scheduler.touch(videoIds),
    onChange: notifyChange,
    log,
  });
  const deps = { catalogue, store, storeWithCorrections, corrections, folders, scheduler, disk };
  const playback = createPlayback(deps, ports.media);
  const answering = createAnswering({ ...ports, store: storeWithCorrections, catalogue, scheduler, folders });
  const correctionMethods = createCorrectionMethods({ ...deps, now });
  const guard = guardOutput({ files: () => indexedFiles(catalogue), folder: ports.frame().dataDir });

  function notifyChange(): void {
    for (const listener of changeListeners) listener();
    maintenance.noteChange(scheduler.running().length > 0);
    timer ??= setTimeout(
      () => {
        timer = undefined;
        if (statusListeners.size === 0) return;
        const startedMs = performance.now();
        const latest = status();
        statusCostMs = performance.now() - startedMs;
        for (const listener of statusListeners) listener(latest);
      },
      Math.max(MIN_STATUS_INTERVAL_MS, STATUS_COST_FACTOR * statusCostMs),
    );
  }

  function status(): Status {
    const captioner = ports.captioner();
    const recipe = captioner && captionFingerprint(captioner, ports.settings()['models.captionLanguage']);
    const captioning =
      recipe === undefined
        ? undefined
        : { recipe, clipMs: captionPace.clipMs(recipe), elsewhereMs: captioner?.clipMs };
    const statusFrame = { ...ports.frame(), captioning, damage: store.damage() };
    return createStatus(deps, statusFrame, pausedByUser ? 'asked' : holdReason, maintenance.bytes(), now());
  }

  function applyPause(): void {
    const shouldPause = pausedByUser || holdReason !== undefined;
    if (shouldPause !== paused) {
      paused = shouldPause;
      if (shouldPause) scheduler.pause();
      else scheduler.resume();
    }
    notifyChange();
  }

  const listFolders = (): FoldersResult => ({
    folders: folders.list().map(({ rule, state, reason }) => ({
      ...rule,
      path: fileUriToDisplayPath(rule.uri),
      state,
      reason,
      videos: catalogue.under(rule.uri).filter((copy) => !copy.forgotten).length,
    })),
  });

  store.onDamage((work) => {
    // Memory is whole: what the index lost of it is written again, without the work that was lost.
    const rewritten = catalogue.change((view) => ({
      videos: [...view.videos()].map((record) => withoutWork(record, work)),
      copies: [...view.copies()].map((copy) => withoutWork(copy, work)),
    }));
    rewritten.then(
      () => scheduler.touchAll(),
      (error: unknown) => log.error('index cannot be written', { error: String(error) }),
    );
    notifyChange();
  });
  await folders.start();
  scheduler.touchAll();

  return {
    folders: async () => listFolders(),
    async addFolder({ uri, include = [], exclude = [], poll = false }) {
      const signal = new AbortController().signal;
      if ((await disk.stat(uri, signal)) !== undefined) {
        throw new RequestError(
          'invalid',
          `${fileUriToDisplayPath(uri)} is a file.`,
          'Name a folder; for one file use "index".',
          uri,
        );
      }
      const state = await disk.state(uri, signal);
      if (state.state !== 'ok') {
        throw pathNotReadable(uri);
      }
      await folders.add({ uri, include, exclude, poll }, signal);
      return listFolders();
    },
    async removeFolder(uri) {
      if (!(await folders.remove(uri))) {
        throw new RequestError(
          'notFound',
          `${fileUriToDisplayPath(uri)} is no folder of the library.`,
          'See "goldfish folders".',
          uri,
        );
      }
      return listFolders();
    },
    status,
    onStatus(listener) {
      statusListeners.add(listener);
      return () => void statusListeners.delete(listener);
    },
    search: answering.search,
    ask: answering.ask,
    clip: (clipId, uri) => describeClip(deps, clipId, uri),
    video: (uri) => describeVideo(deps, uri),
    videos: (params) => listVideos(deps, params),
    holds: (uri) => catalogue.copy(uri)?.forgotten === false,
    movedTo: (uri, signal) => findMovedUri(deps, uri, signal),
    still: (uri, timeMs, box, signal) => readStill({ ...deps, media: ports.media }, uri, timeMs, box, signal),
    playback: playback.playback,
    plan: playback.plan,
    stream: playback.stream,
    exportClips: (params, onProgress, signal) =>
      exportClips(
        {
          media: ports.media,
          disk,
          videoOf: (uri) => describeVideo(deps, uri),
          guard,
        },
        params,
        onProgress,
        signal,
      ),
    export: (params) => exportMoments((uri) => describeVideo(deps, uri), guard, params),
    index: (uris, keep, onProgress, signal) =>
      runIndex(
        deps,
        uris,
        keep,
        onProgress,
        (listener) => {
          changeListeners.add(listener);
          return () => void changeListeners.delete(listener);
        },
        now,
        signal,
      ),
    ...correctionMethods,
    forget: (uri) => forgetVideos(deps, uri),
    reindex: (uri, stage) => reindexVideos(deps, uri, stage),
    async pause() {
      pausedByUser = true;
      applyPause();
      return status();
    },
    async resume() {
      pausedByUser = false;
      applyPause();
      return status();
    },
    hold(reason) {
      holdReason = reason;
      applyPause();
    },
    setWidth: (width) => scheduler.setWidth(width),
    replan: () => scheduler.touchAll(),
    async close() {
      clearTimeout(timer);
      await folders.close();
      await scheduler.close();
      await maintenance.close();
      await Promise.all([ports.media.close(), ports.reader.close()]);
      await store.close();
    },
  };
}

/** Paths of all files that the index was made from: media, and the subtitles beside them. */
function* indexedFiles(catalogue: VideoCatalogue): Iterable<string | Buffer> {
  for (const { uri, sidecars } of catalogue.copies()) {
    yield fileUriToPath(uri);
    for (const sidecar of sidecars) yield fileUriToPath(sidecar.uri);
  }
}
