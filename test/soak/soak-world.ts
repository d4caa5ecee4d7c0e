import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { openObjectStorage } from '../../server/src/adapters/object-storage/open-object-storage.ts';
import type { Description } from '../../server/src/core/domain/description.ts';
import { parseIndexLocation } from '../../server/src/core/domain/index-location.ts';
import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { PROBE_FINGERPRINT } from '../../server/src/core/pipeline/planner.ts';
import type { StageResult } from '../../server/src/indexing/stages/stage-runner.ts';
import type { Store, WriteBatch } from '../../server/src/ports/store.ts';
import { toOptions } from '../support/s3-server.ts';
import { openWriter, takeRealLease } from '../support/storage-stores.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';

/** What the programs of a soak run share, as one JSON argument. */
export interface SoakOptions {
  readonly queue: string;
  readonly data: string;
  readonly videos: number;
  /** How long the stage takes, ms. */
  readonly taskMs: number;
  readonly lostMs: number;
  /** Tasks of a worker at a time. */
  readonly width: number;
  readonly where: 'here' | 'workers';
  /** Endpoint of an S3 server that holds the index, on the daemon's host. Without it the index is in `data`. */
  readonly endpoint?: string;
}

/** Bucket and keys of the S3 server of a soak run; moto accepts any. */
const SOAK_LOCATION = 's3://goldfish-soak/library';
const SOAK_KEYS = { AWS_ACCESS_KEY_ID: 'AKIASOAK', AWS_SECRET_ACCESS_KEY: 'secret-of-the-soak' };

/** Opens the place of the index on an S3 server. */
export function openSoakPlace(endpoint: string) {
  const location = parseIndexLocation(SOAK_LOCATION);
  if (location === undefined || location.kind === 'folder') throw new Error(SOAK_LOCATION);
  return { location, ...openObjectStorage(location, toOptions(endpoint), SOAK_KEYS) };
}

/** Opens the index of a soak run, to write it. */
export async function openSoakStore({ endpoint, data }: SoakOptions): Promise<Store> {
  if (endpoint === undefined) return await openLanceStore(data, { log: () => undefined });
  const place = openSoakPlace(endpoint);
  // The bucket exists already after the first start.
  await fetch(`${endpoint}/${place.location.bucket}`, { method: 'PUT' });
  return await openWriter(place, await takeRealLease(place, 'soak', 10_000));
}

export function readSoakOptions(): SoakOptions {
  return JSON.parse(process.argv[2] ?? '') as SoakOptions;
}

const CLIPS = 4;
const RECIPE = 'soak 1';

const idOf = (number: number) => `v${number.toString(16).padStart(6, '0')}`;

function recordOf(videoId: string): VideoRecord {
  const clips = Array.from({ length: CLIPS }, (_, i) => ({ startMs: i * 30_000, endMs: (i + 1) * 30_000 }));
  return videoOf(videoId, { clips, done: { probe: PROBE_FINGERPRINT }, failures: {} });
}

/** The videos of a library that are to be captioned. */
export function soakBatch(videos: number): WriteBatch {
  const ids = Array.from({ length: videos }, (_, number) => idOf(number));
  const copies = ids.map(
    (id, number): VideoFile =>
      copyOf(`file:///media/${id}.mp4`, id, { done: {}, failures: {}, sidecars: [], recordedMs: number }),
  );
  return { copies, videos: ids.map(recordOf) };
}

/** The recipe of the stage. */
export const soakRecipe = RECIPE;

/** What the stage makes of a video: always the same. */
export function soakResult({ videoId, clips }: VideoRecord): StageResult {
  const descriptions = clips.map(
    ({ startMs, endMs }): Description => ({
      id: `${videoId}|caption|${startMs}`,
      videoId,
      uri: '',
      clipId: `${videoId}-${startMs}`,
      stage: 'caption',
      startMs,
      endMs,
      lines: [{ kind: 'caption', text: `clip ${startMs} of ${videoId}`, startMs, endMs, source: 'soak' }],
      describer: 'soak',
      recipe: RECIPE,
    }),
  );
  return { descriptions };
}

/** Waits as a stage on a GPU does. Resolves early if aborted. */
export function pretendToWork(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
