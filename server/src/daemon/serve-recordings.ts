import type { RecordResult } from '../../protocol/recording.ts';
import { createStreamRecorder, type StreamRecording } from '../adapters/stream-recorder/stream-recorder.ts';
import { DownloadError } from '../base/download-error.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import type { Lifetime } from '../base/lifetime.ts';
import type { Log } from '../base/log.ts';
import { isPublicAddress } from '../base/public-address.ts';
import type { Settings } from '../core/domain/settings.ts';
import { type Library, RequestError } from '../library.ts';
import type { RecordingService } from '../rpc/services.ts';
import { openSaveFolder, watchSaveFolder } from './save-folder.ts';

interface OpenRecordingsOptions {
  readonly library: Pick<Library, 'folders' | 'addFolder'>;
  readonly settings: () => Settings;
  readonly lifetime: Pick<Lifetime, 'defer'>;
  readonly log: Log;
}

const DEFAULT_FOR_MS = 24 * 3_600_000;
const DEFAULT_SEGMENT_MS = 30 * 60_000;
const MAX_NAME_CHARS = 80;

function parseStreamAddress(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && ['http:', 'https:', 'rtsp:', 'rtsps:'].includes(url.protocol)) return url;
  throw new RequestError(
    'invalid',
    'That is not the address of a stream.',
    'Give one that begins with https://, http:// or rtsp://.',
  );
}

/** Returns a name that is a good file name on every system, and no hidden file. */
function toFileName(name: string): string {
  const plain = name.replace(/[\p{Cc}<>:"/\\|?*]+/gu, ' ').trim();
  return plain.replace(/^[.\s-]+/, '').slice(0, MAX_NAME_CHARS) || 'stream';
}

function toResult(recordings: readonly StreamRecording[]): RecordResult {
  return {
    recordings: recordings.map(({ id, displayUrl, request, startedMs, state, recordedMs, reason }) => ({
      id,
      url: displayUrl,
      folder: pathToFileUri(request.folder),
      name: request.name,
      state,
      started: new Date(startedMs).toISOString(),
      recordedMs,
      stopsAt: new Date(startedMs + request.forMs).toISOString(),
      ...(reason !== undefined && { reason }),
    })),
  };
}

/** Serves `goldfish/record/start`, `/list` and `/stop`. Recordings end with the daemon. */
export function openRecordings({
  library,
  settings,
  lifetime,
  log,
}: OpenRecordingsOptions): RecordingService {
  const recorder = createStreamRecorder({
    env: process.env,
    onEvent: (event, details) => log.info(event, details),
  });
  lifetime.defer('recordings', () => recorder.close());
  return {
    async start({ url: address, folder, name, forMs, segmentMs, allowPrivate }, signal) {
      const url = parseStreamAddress(address);
      const path = await openSaveFolder(library, folder, settings());
      // Before the first segment, so that it is seen when it appears.
      await watchSaveFolder(library, path);
      const request = {
        url,
        folder: path,
        name: toFileName(name ?? url.hostname),
        forMs: forMs ?? DEFAULT_FOR_MS,
        segmentMs: segmentMs ?? DEFAULT_SEGMENT_MS,
        // A page, a note or an agent must not lead into the user's own network.
        isAllowed: allowPrivate === true ? undefined : isPublicAddress,
      };
      try {
        return toResult([await recorder.start(request, signal)]);
      } catch (error) {
        throw error instanceof DownloadError
          ? new RequestError(error.kind, error.message, error.remedy)
          : error;
      }
    },
    list: () => toResult(recorder.list()),
    async stop(id) {
      if (id !== undefined && !recorder.list().some((recording) => recording.id === id))
        throw new RequestError(
          'notFound',
          `No recording has the id ${id}.`,
          'List them with "goldfish record list".',
        );
      return toResult(await recorder.stop(id));
    },
  };
}
