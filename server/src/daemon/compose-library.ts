import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createAlertDelivery } from '../adapters/alert-delivery.ts';
import { createJsonAlertBook } from '../adapters/json-alert-book.ts';
import { createJsonCorrectionBook } from '../adapters/json-correction-book.ts';
import { createJsonFolderList } from '../adapters/json-folder-list.ts';
import { createJsonPaceList } from '../adapters/json-pace-list.ts';
import { createJsonlSearchBook } from '../adapters/jsonl-search-book.ts';
import { SCHEMA_VERSION } from '../adapters/lancedb/schema-version.ts';
import { createLocalExecutor } from '../adapters/local-executor.ts';
import { createMediaChild } from '../adapters/media-child.ts';
import { createRecordingParts } from '../adapters/node-disk/cut-recording.ts';
import { createNodeDisk } from '../adapters/node-disk/disk.ts';
import { createGovernor } from '../adapters/system/governor.ts';
import { readOnBattery } from '../adapters/system/power.ts';
import { BUILD } from '../base/build.ts';
import type { Lifetime } from '../base/lifetime.ts';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { dataDirPaths } from '../base/paths.ts';
import { throttleDelayMs } from '../core/pipeline/throttle.ts';
import { createLibrary } from '../library/create-library.ts';
import type { Library } from '../library.ts';
import type { OpenSettings } from '../settings/settings-file.ts';
import type { Models } from './models.ts';
import { openDaemonIndex } from './open-index.ts';
import type { WorkersOfDaemon } from './serve-workers.ts';
import type { TempFolder } from './temp-folder.ts';

const toList = (problem: string | undefined): readonly string[] => (problem === undefined ? [] : [problem]);

/** Chooses the adapters and builds the Library of one data folder. */
export async function composeLibrary(
  {
    dataDir,
    tempFolder,
    lifetime,
  }: {
    readonly dataDir: string;
    readonly tempFolder: TempFolder;
    readonly lifetime: Pick<Lifetime, 'signal'>;
  },
  settings: OpenSettings,
  models: Models,
  workers: WorkersOfDaemon | undefined,
  log: Log,
): Promise<Library> {
  const files = dataDirPaths(dataDir);
  const governor = createGovernor({
    settings: settings.all,
    onSettings: settings.onChange,
    onBattery: readOnBattery,
    now: () => new Date(),
  });
  const index = await openDaemonIndex({
    dataDir,
    settings: settings.all(),
    env: process.env,
    beforeWrite: () => tempFolder.keep(),
    signal: lifetime.signal,
    log,
  });
  const damagedFiles: string[] = [];
  const reportDamage = (message: string) => {
    damagedFiles.push(message);
    log.warn('damaged file', { message });
  };
  const deepLaneWidth = () => Math.min(governor.allowance().workers, availableParallelism());
  const disk = createNodeDisk();
  const library = await createLibrary({
    store: index.store,
    readOnlyAddress: index.readOnlyAddress,
    disk,
    folderBrowser: disk,
    media: createMediaChild({
      settings: settings.all,
      onTrouble: (message) => log.warn('media child', { message }),
    }),
    recordingParts: createRecordingParts(join(files.temp, 'parts')),
    reader: models.reader,
    captioner: models.captioner,
    hostCaptioner: models.hostCaptioner,
    transcriber: models.transcriber,
    voiceDetector: models.voiceDetector,
    diariser: models.diariser,
    answerer: models.answerer,
    textEmbedder: models.textEmbedder,
    frameEmbedder: models.frameEmbedder,
    reranker: models.reranker,
    correctionBook: createJsonCorrectionBook(files.corrections, reportDamage),
    alertBook: createJsonAlertBook({ alerts: files.alerts, log: files.alertLog }, reportDamage),
    alertDelivery: createAlertDelivery(process.env),
    searchBook: createJsonlSearchBook(files.searches, (message) => log.warn('searches', { message })),
    folderList: createJsonFolderList(files.folders, reportDamage),
    paceList: createJsonPaceList(files.paces, (message) => log.warn('paces', { message })),
    settings: settings.all,
    workQueue: workers?.queue,
    executor: (run, settle) =>
      createLocalExecutor({
        run,
        settle,
        widths: { now: 2, fast: 2, deep: deepLaneWidth() },
        now: Date.now,
        restMs: (lane, busyMs) => (lane === 'deep' ? throttleDelayMs(busyMs, governor.allowance()) : 0),
        onError: (job, error) =>
          log.error('job dropped', { job: job.key, stage: job.stage, error: messageOf(error) }),
        workers: workers?.place,
      }),
    frame: () => ({
      versions: { build: BUILD, schema: SCHEMA_VERSION, node: process.versions.node },
      dataDir,
      pid: process.pid,
      roles: models.roles(),
      advice: [...toList(index.problem()), ...models.advice(), ...settings.problems(), ...damagedFiles],
    }),
    now: Date.now,
    log,
  });
  const applyGovernor = () => {
    library.hold(governor.pauseReason());
    library.setWidth(deepLaneWidth());
  };
  const stopGovernor = governor.onChange(applyGovernor);
  const stopSettings = settings.onChange(() => library.replan());
  const stopModels = models.onChange(() => library.replan());
  applyGovernor();
  return {
    ...library,
    async close() {
      stopGovernor();
      stopSettings();
      stopModels();
      governor.close();
      await library.close();
    },
  };
}
