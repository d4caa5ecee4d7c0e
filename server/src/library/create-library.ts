import type { Status } from '../../protocol/status.ts';
import { fileUriToPath } from '../base/file-uri.ts';
import type { Log } from '../base/log.ts';
import { type GuardOutput, guardOutput } from '../base/output-guard.ts';
import type { Settings } from '../core/domain/settings.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { CaptionBudget } from '../core/generation/caption-prompt.ts';
import { withoutWork } from '../core/pipeline/forgotten-work.ts';
import { createCaptionTimer } from '../indexing/caption-timing.ts';
import { VideoCatalogue } from '../indexing/catalogue.ts';
import { withCorrections } from '../indexing/corrected-store.ts';
import { loadCorrections } from '../indexing/corrections.ts';
import { presenceOf } from '../indexing/file-presence.ts';
import { createFolderWatcher, type FolderWatcher } from '../indexing/folder-watcher.ts';
import { toMediaHints, withMediaHints } from '../indexing/media-hints.ts';
import { createPipeline } from '../indexing/pipeline.ts';
import { type KnownRecording, withRecordingParts } from '../indexing/recording-media.ts';
import { createScheduler, type Scheduler } from '../indexing/scheduler.ts';
import { captionFingerprint } from '../indexing/stages/caption.ts';
import type { StageDeps } from '../indexing/stages/stage-deps.ts';
import type { StageResult } from '../indexing/stages/stage-runner.ts';
import { toWorkTask } from '../indexing/work-task.ts';
import type { Library } from '../library.ts';
import type { AlertBook } from '../ports/alert-book.ts';
import type { AlertDelivery } from '../ports/alert-delivery.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { CaptionTimingStore } from '../ports/caption-timing-store.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { CorrectionBook } from '../ports/correction-book.ts';
import type { Diariser } from '../ports/diariser.ts';
import type { Disk } from '../ports/disk.ts';
import type { Executor, RunJob, SettleJob } from '../ports/executor.ts';
import type { FolderBrowser } from '../ports/folder-browser.ts';
import type { FolderList } from '../ports/folder-list.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Media } from '../ports/media.ts';
import type { RecordingParts } from '../ports/recording-parts.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { SearchBook } from '../ports/search-book.ts';
import type { Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { TextRecogniser } from '../ports/text-recogniser.ts';
import type { Transcriber } from '../ports/transcriber.ts';
import type { VoiceDetector } from '../ports/voice-detector.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import { type AlertMethods, createAlerts } from './alerts.ts';
import { createAnswering } from './answering.ts';
import { browseFolders } from './browse-folders.ts';
import { createChapterFinder, type FindChapters } from './chapter-finder.ts';
import { createCorrectionMethods } from './corrections.ts';
import type { Readers } from './coverage.ts';
import { describeClip, describeVideo } from './describe-video.ts';
import { exportClips } from './export-clips.ts';
import { exportMoments } from './export-moments.ts';
import { exportTraining } from './export-training.ts';
import { createFolderMethods } from './folders.ts';
import { createHeatMap } from './heat-map.ts';
import { estimateHostCaptions, type HostModel } from './host-captions.ts';
import { importTraining } from './import-training.ts';
import { runIndex } from './index-run.ts';
import { findMovedUri, isIndexedFile, listVideos, readStill } from './list-videos.ts';
import { createMaintenance, type Maintenance } from './maintenance.ts';
import { assertMayWrite } from './output.ts';
import { planReel } from './plan-reel.ts';
import { createPlayback } from './playback.ts';
import { refuseChanges } from './refuse-changes.ts';
import { forgetVideos, reindexVideos } from './reindex-and-forget.ts';
import { createSearchLog, exportSearches, type SearchLog } from './search-log.ts';
import { createStatus, type StatusFrame } from './status.ts';
import { createStatusNotifier, type StatusNotifier } from './status-notifier.ts';
import { createProgressMeter, type ProgressMeter } from './video-work.ts';
import { writeVideoChapters } from './write-chapters.ts';
import { writeSubtitles } from './write-subtitles.ts';

export interface LibraryPorts {
  readonly store: Store;
  /** Address of an index that the daemon of another host writes; undefined if this one does. */
  readonly readOnlyAddress?: string | undefined;
  readonly disk: Disk;
  readonly folderBrowser: FolderBrowser;
  readonly media: Media;
  readonly recordingParts: RecordingParts;
  readonly reader: () => TextRecogniser;
  readonly captioner: () => Captioner | undefined;
  /** Creates a captioner on a host. The budget decides its frames and words. */
  readonly hostCaptioner: (host: HostModel, budget: CaptionBudget) => Captioner;
  readonly transcriber: () => Transcriber | undefined;
  readonly voiceDetector: () => VoiceDetector | undefined;
  readonly diariser: () => Diariser | undefined;
  readonly answerer: () => Answerer | undefined;
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly reranker: () => Reranker | undefined;
  readonly folderList: FolderList;
  readonly correctionBook: CorrectionBook;
  readonly alertBook: AlertBook;
  readonly alertDelivery: AlertDelivery;
  readonly searchBook: SearchBook;
  readonly paceList: CaptionTimingStore;
  readonly settings: () => Settings;
  readonly executor: (run: RunJob<StageResult>, settle: SettleJob<StageResult>) => Executor;
  /** Missing if no queue to workers is set. */
  readonly workQueue?: WorkQueue<StageResult> | undefined;
  readonly frame: () => StatusFrame;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

export type HoldReason = 'battery' | 'quietHours';

/** The Library with the handles that only the daemon turns. */
export interface OwnedLibrary extends Library {
  /** Holds indexing up (battery, quiet hours), or lets it go on. What a person typed is never held up. */
  hold(reason: HoldReason | undefined): void;
  /** How many deep jobs run at once. */
  setWidth(width: number): void;
  /** Plans everything again after settings changed. */
  replan(): void;
}

/** Why indexing is held up. */
interface PauseState {
  byUser: boolean;
  hold: HoldReason | undefined;
  /** What the scheduler was last told. */
  applied: boolean;
}

/** The parts of a library and its state: what every method works with. */
interface LibraryParts {
  readonly ports: LibraryPorts;
  readonly catalogue: VideoCatalogue;
  readonly store: Store;
  readonly storeWithCorrections: Store;
  readonly corrections: Awaited<ReturnType<typeof loadCorrections>>;
  readonly folders: FolderWatcher;
  readonly scheduler: Scheduler;
  readonly disk: Disk;
  readonly maintenance: Maintenance;
  readonly captionPace: ReturnType<typeof createCaptionTimer>;
  readonly meter: ProgressMeter;
  readonly readers: () => Readers;
  readonly trackRules: () => readonly string[];
  readonly findChapters: FindChapters;
  readonly notifier: StatusNotifier;
  readonly playback: ReturnType<typeof createPlayback>;
  readonly answering: ReturnType<typeof createAnswering>;
  readonly alertMethods: AlertMethods;
  readonly searchLog: SearchLog;
  readonly correctionMethods: ReturnType<typeof createCorrectionMethods>;
  readonly guard: GuardOutput;
  readonly pause: PauseState;
}

export async function createLibrary(ports: LibraryPorts): Promise<OwnedLibrary> {
  const parts = await assembleLibrary(ports);
  const { catalogue, folders, scheduler, notifier, answering, playback, searchLog } = parts;
  const { readOnlyAddress } = ports;
  rewriteAfterDamage(parts);
  if (readOnlyAddress === undefined) await folders.start();
  parts.alertMethods.catchUp();
  scheduler.touchAll();
  const library: OwnedLibrary = {
    ...createFolderMethods(parts),
    browseFolders: (params, signal) =>
      browseFolders(parts, parts.ports.folderBrowser, parts.ports.frame().dataDir, params, signal),
    ...createVideoMethods(parts),
    ...createExportMethods(parts),
    ...createPauseMethods(parts),
    ...parts.correctionMethods,
    ...parts.alertMethods,
    status: (places) => statusOf(parts, places),
    onStatus: notifier.onStatus,
    search: async (request, signal) => {
      const result = await answering.search(request, signal);
      searchLog.shown(request.query, result.hits);
      return result;
    },
    heat: (params, signal) => createHeatMap(parts, answering.search, params, signal),
    ask: async (request, onDelta, signal) => {
      const result = await answering.ask(request, onDelta, signal);
      searchLog.shown(request.question, result.hits);
      return result;
    },
    opened: searchLog.opened,
    digest: answering.digest,
    reel: (params, signal) => planReel({ catalogue, search: answering.search }, params, signal),
    playback: playback.playback,
    plan: playback.plan,
    stream: playback.stream,
    findCopies: (videoId) =>
      catalogue.copiesOf(videoId).flatMap(({ uri, forgotten }) => (forgotten ? [] : [uri])),
    countVideos: (uri) => catalogue.under(uri).filter((copy) => !copy.forgotten).length,
    holds: (uri) => catalogue.copy(uri)?.forgotten === false,
    isIndexedFile: (uri, stat) => isIndexedFile(parts, uri, stat),
    index: (uris, keep, onProgress, signal) =>
      runIndex(
        { ...parts, media: ports.media },
        uris,
        keep,
        onProgress,
        notifier.onChange,
        ports.now,
        signal,
      ),
    forget: (uri) => forgetVideos(parts, uri),
    reindex: (uri, stage) => reindexVideos(parts, uri, stage),
    setWidth: (width) => scheduler.setWidth(width),
    replan: () => scheduler.touchAll(),
    close: () => closeLibrary(parts),
  };
  return readOnlyAddress === undefined ? library : { ...library, ...refuseChanges(readOnlyAddress) };
}

/** Loads what is stored and connects the parts. Nothing runs before the folders are started. */
async function assembleLibrary(plainPorts: LibraryPorts): Promise<LibraryParts> {
  const { store, readOnlyAddress, disk, now, log } = plainPorts;
  const [catalogue, corrections] = await Promise.all([
    readOnlyAddress === undefined
      ? VideoCatalogue.load(store)
      : VideoCatalogue.follow(store, (error) => log.warn('index', { message: String(error) })),
    loadCorrections(plainPorts.correctionBook),
  ]);
  const trackRules = () => plainPorts.settings()['media.tracks'];
  const dividedMedia = withRecordingParts(plainPorts.media, plainPorts.recordingParts, (uri) =>
    findRecording(catalogue, uri),
  );
  const media = withMediaHints(dividedMedia, (uri) => findMediaHints(catalogue, uri, trackRules()));
  const ports = { ...plainPorts, media };
  const maintenance = await createMaintenance(store, log);
  const captionPace = createCaptionTimer(await ports.paceList.load(), ports.paceList, now);
  const storeWithCorrections = withCorrections(store, catalogue, corrections);
  const notifier = createStatusNotifier(() => statusOf(parts));
  const onChange = () => notifyChange(parts);
  const stageDeps: StageDeps = {
    ...ports,
    correctedStore: storeWithCorrections,
    corrections,
    captionPace,
    copiesOf: (videoId) => catalogue.copiesOf(videoId),
  };
  const { workQueue } = ports;
  const scheduler = createScheduler({
    catalogue,
    // A reader describes nothing.
    stages: readOnlyAddress === undefined ? createPipeline(stageDeps) : [],
    workers: workQueue && {
      queue: workQueue,
      toTask: (job, copy, record) => toWorkTask(stageDeps, job, copy, record),
    },
    executor: ports.executor,
    online: (copy: VideoFile) => folders.online(copy),
    presence: (copy: VideoFile) => presenceOf(disk, copy),
    onMissing: (uri: Uri) => folders.reportMissing(uri),
    onChange,
    log,
  });
  if (readOnlyAddress !== undefined) catalogue.onCommit(onChange);
  const watcher = createFolderWatcher({
    disk,
    catalogue,
    list: ports.folderList,
    onTouched: (videoIds) => scheduler.touch(videoIds),
    onChange,
    log,
  });
  // A file that is missing here may lie on the owner's host: a reader never scans, because it could not write the result.
  const folders = readOnlyAddress === undefined ? watcher : { ...watcher, reportMissing: () => undefined };
  const readers = () => findReaders(ports);
  const deps = {
    ...{ catalogue, store, storeWithCorrections, corrections, folders, scheduler, disk, readers },
    trackRules,
    findChapters: createChapterFinder(),
  };
  const guard = guardOutput({ files: () => indexedFiles(catalogue), folder: ports.frame().dataDir });
  const parts: LibraryParts = {
    ...deps,
    ports,
    maintenance,
    captionPace,
    meter: createProgressMeter(),
    notifier,
    playback: createPlayback(deps, ports.media),
    searchLog: createSearchLog(ports.searchBook, () => ports.settings()['search.log'], now),
    answering: createAnswering({ ...ports, ...deps, store: storeWithCorrections, guard }),
    alertMethods: await createAlerts({ ...ports, catalogue, store: storeWithCorrections }),
    correctionMethods: createCorrectionMethods({ ...deps, now }),
    guard,
    pause: { byUser: false, hold: undefined, applied: false },
  };
  return parts;
}

/** Returns what the index knows of how a file is read. */
function findMediaHints(catalogue: VideoCatalogue, uri: Uri, rules: readonly string[]) {
  const copy = catalogue.copy(uri);
  const record = copy && catalogue.video(copy.videoId);
  return record && toMediaHints(record, catalogue.copiesOf(record.videoId), rules);
}

/** Returns what the index knows of a recording; undefined for a file of which nothing is known yet. */
function findRecording(catalogue: VideoCatalogue, uri: Uri): KnownRecording | undefined {
  const copy = catalogue.copy(uri);
  const record = copy && catalogue.video(copy.videoId);
  if (copy === undefined || record === undefined || record.probe.durationMs === 0) return undefined;
  return { probe: record.probe, isOpen: copy.growing?.isReadable === true };
}

/** Returns what can be read with the models and settings in use. */
function findReaders({ settings, ...ports }: LibraryPorts): Readers {
  return {
    transcriber: ports.transcriber() !== undefined,
    diariser: ports.diariser() !== undefined,
    captioner: ports.captioner() !== undefined,
    textEmbedder: ports.textEmbedder() !== undefined,
    frameEmbedder: ports.frameEmbedder() !== undefined,
    screenText: settings()['screenText.enabled'],
  };
}

/** Tells all listeners that something changed, and lets the index be folded when it is quiet. */
function notifyChange({ notifier, maintenance, scheduler }: LibraryParts): void {
  notifier.notifyChange();
  maintenance.noteChange(scheduler.running().length > 0);
}

/** Returns the status of the library, or that of some places in it. */
function statusOf(parts: LibraryParts, places?: readonly Uri[]): Status {
  const { ports, captionPace, store, pause, maintenance } = parts;
  const captioner = ports.captioner();
  const recipe = captioner && captionFingerprint(captioner, ports.settings()['models.captionLanguage']);
  const captioning =
    recipe === undefined
      ? undefined
      : { recipe, clipMs: captionPace.clipMs(recipe), elsewhereMs: captioner?.clipMs };
  // The speed is measured for the whole library.
  const meter = places === undefined ? parts.meter : createProgressMeter();
  const frame = { ...ports.frame(), captioning, damage: store.damage(), meter };
  const pauseReason = pause.byUser ? 'asked' : pause.hold;
  return createStatus(parts, frame, pauseReason, maintenance.bytes(), ports.now(), places);
}

/** Memory is whole: writes again what the index lost of it, without the work that was lost. */
function rewriteAfterDamage(parts: LibraryParts): void {
  const { store, catalogue, scheduler, ports } = parts;
  store.onDamage((work) => {
    const rewritten = catalogue.change((view) => ({
      videos: [...view.videos()].map((record) => withoutWork(record, work)),
      copies: [...view.copies()].map((copy) => withoutWork(copy, work)),
    }));
    rewritten.then(
      () => scheduler.touchAll(),
      (error: unknown) => ports.log.error('index cannot be written', { error: String(error) }),
    );
    notifyChange(parts);
  });
}

function createVideoMethods(
  parts: LibraryParts,
): Pick<Library, 'clip' | 'video' | 'videos' | 'movedTo' | 'still'> {
  const { media, now } = parts.ports;
  return {
    clip: (clipId, uri) => describeClip(parts, clipId, uri),
    video: (uri) => describeVideo(parts, uri, now()),
    videos: (params) => listVideos(parts, params, now()),
    movedTo: (uri, signal) => findMovedUri(parts, uri, signal),
    still: (uri, timeMs, box, signal) => readStill({ ...parts, media }, uri, timeMs, box, signal),
  };
}

function createExportMethods(
  parts: LibraryParts,
): Pick<
  Library,
  | 'assertMayWrite'
  | 'chapters'
  | 'exportClips'
  | 'export'
  | 'estimateTraining'
  | 'exportSearches'
  | 'exportTraining'
  | 'importTraining'
  | 'subtitles'
> {
  const { ports, disk, guard } = parts;
  // Automatic chapters take time to find, and only their own export needs them.
  const videoOf = (uri: Uri) => describeVideo({ ...parts, findChapters: async () => [] }, uri, ports.now());
  const deps = { media: ports.media, disk, videoOf, guard };
  const trainingDeps = () => ({
    media: ports.media,
    captioner: ports.captioner(),
    hostCaptioner: ports.hostCaptioner,
    language: ports.settings()['models.captionLanguage'],
  });
  return {
    assertMayWrite: (uri) => assertMayWrite(guard, uri),
    exportClips: (params, onProgress, signal) => exportClips(deps, params, onProgress, signal),
    chapters: (params) => writeVideoChapters((uri) => describeVideo(parts, uri, ports.now()), guard, params),
    subtitles: (request, onProgress, signal) =>
      writeSubtitles({ videoOf, guard, answerer: ports.answerer }, request, onProgress, signal),
    export: (params) => exportMoments(videoOf, guard, params),
    exportSearches: (params) => exportSearches(params, { book: ports.searchBook, guard }),
    estimateTraining: async (params) => estimateHostCaptions(params, { ...parts, ...trainingDeps() }),
    exportTraining: (params, onProgress, signal) =>
      exportTraining(params, { ...parts, ...trainingDeps(), onProgress, signal }),
    importTraining: (params, onProgress, signal) =>
      importTraining(params, { disk, guard, ...trainingDeps(), onProgress, signal }),
  };
}

function createPauseMethods(parts: LibraryParts): Pick<OwnedLibrary, 'pause' | 'resume' | 'hold'> {
  const { pause } = parts;
  const setPausedByUser = async (byUser: boolean) => {
    pause.byUser = byUser;
    applyPause(parts);
    return statusOf(parts);
  };
  return {
    pause: () => setPausedByUser(true),
    resume: () => setPausedByUser(false),
    hold(reason) {
      pause.hold = reason;
      applyPause(parts);
    },
  };
}

function applyPause(parts: LibraryParts): void {
  const { pause, scheduler } = parts;
  const shouldPause = pause.byUser || pause.hold !== undefined;
  if (shouldPause !== pause.applied) {
    pause.applied = shouldPause;
    if (shouldPause) scheduler.pause();
    else scheduler.resume();
  }
  notifyChange(parts);
}

async function closeLibrary({
  ports,
  notifier,
  folders,
  scheduler,
  maintenance,
  alertMethods,
  store,
}: LibraryParts): Promise<void> {
  notifier.close();
  await folders.close();
  await scheduler.close();
  await alertMethods.closeAlerts();
  await maintenance.close();
  await ports.media.close();
  await store.close();
}

/** Paths of all files that the index was made from: media, and the subtitles beside them. */
function* indexedFiles(catalogue: VideoCatalogue): Iterable<string | Buffer> {
  for (const { uri, sidecars } of catalogue.copies()) {
    yield fileUriToPath(uri);
    for (const sidecar of sidecars) yield fileUriToPath(sidecar.uri);
  }
}
