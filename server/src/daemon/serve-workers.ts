import type { WorkersResult } from '../../protocol/workers.ts';
import type { WorkerPlace } from '../adapters/local-executor.ts';
import { parseQueueAddress } from '../adapters/work-queue/queue-address.ts';
import { BUILD } from '../base/build.ts';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { findAddressSecrets, redactSecrets } from '../base/redact-secrets.ts';
import type { Settings } from '../core/domain/settings.ts';
import { type MediaServer, startMediaServer } from '../http/media-server.ts';
import type { StageResult } from '../indexing/stages/stage-runner.ts';
import type { Library } from '../library.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import type { OpenSettings } from '../settings/settings-file.ts';
import { readWorkerToken, toLibraryId } from './worker-token.ts';

/** The daemon's side of workers on other hosts. */
export interface WorkersOfDaemon {
  readonly queue: WorkQueue<StageResult>;
  readonly place: WorkerPlace;
  list(): WorkersResult;
  close(): Promise<void>;
}

/** Settings that shape results or choose models. Everything else is a matter of each machine. */
export const SHARED_SETTINGS = [
  'clips.seconds',
  'screenText.enabled',
  'screenText.languages',
  'media.tracks',
  'models.captioner',
  'models.transcriber',
  'models.transcribeAll',
  'models.voiceDetector',
  'models.reader',
  'models.speechLanguage',
  'models.textEmbedder',
  'models.frameEmbedder',
  'models.captionLanguage',
  'models.frames',
] as const satisfies readonly (keyof Settings)[];

/** Returns what workers take over of the settings. */
function toWorkerSettings(settings: Settings): Partial<Settings> {
  return Object.fromEntries(SHARED_SETTINGS.map((key) => [key, settings[key]]));
}

/** Names the queue if `work.queue` is empty, so that a password need not be in the settings. */
const QUEUE_VARIABLE = 'GOLDFISH_QUEUE';

/**
 * Opens the queue that `work.queue` or the environment names. Resolves to undefined if they name none; loads no engine
 * then.
 */
export async function openWorkers(
  dataDir: string,
  settings: OpenSettings,
  library: Pick<Library, 'holds' | 'isIndexedFile'>,
  log: Log,
): Promise<WorkersOfDaemon | undefined> {
  const queueSetting = settings.all()['work.queue'] || (process.env[QUEUE_VARIABLE] ?? '');
  const address = parseQueueAddress(queueSetting);
  if (address === undefined) {
    if (queueSetting !== '') log.warn('work queue', { problem: 'the address cannot be read; it is ignored' });
    return undefined;
  }
  const secrets = findAddressSecrets(queueSetting);
  const [{ openBullTransport }, { createWorkQueue }] = await Promise.all([
    import('../adapters/work-queue/bullmq-transport.ts'),
    import('../adapters/work-queue/work-queue.ts'),
  ]);
  const token = readWorkerToken(dataDir);
  // Before the queue: workers that hear of the daemon hear where its media is.
  const server = await serveMedia(settings.all()['work.listen'], library, token, log);
  const queue = createWorkQueue<StageResult>({
    transport: openBullTransport(address),
    library: toLibraryId(token),
    build: BUILD,
    lostMs: settings.all()['work.lostSeconds'] * 1000,
    settings: () => toWorkerSettings(settings.all()),
    mediaUrl: () => server?.url,
    now: () => performance.now(),
    onTrouble: (message) =>
      log.warn('work queue', { queue: address.label, message: redactSecrets(message, secrets) }),
  });
  const where = () => settings.all()['work.where'];
  return {
    queue,
    place: {
      capacity: (role) => (where() === 'here' ? 0 : queue.capacity(role)),
      isExclusive: () => where() === 'workers',
      isReturned: (key) => queue.isReturned(key),
      onChange(listener) {
        const stops = [queue.onChange(listener), settings.onChange(listener)];
        return () => {
          for (const stop of stops) stop();
        };
      },
    },
    async close() {
      server?.close();
      await queue.close();
    },
    list: () => ({ queue: address.label, problem: queue.problem(), workers: queue.workers() }),
  };
}

/** Serves media to workers. Workers with a shared folder go on without it. */
async function serveMedia(
  address: string,
  library: Pick<Library, 'holds' | 'isIndexedFile'>,
  token: string,
  log: Log,
): Promise<MediaServer | undefined> {
  if (address === '') return undefined;
  try {
    return await startMediaServer({ library, address, token, log: log.with({ part: 'media' }) });
  } catch (error) {
    log.error('media cannot be served to workers', { address, message: messageOf(error) });
    return undefined;
  }
}
