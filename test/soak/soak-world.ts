import type { Description } from '../../server/src/core/domain/description.ts';
import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { PROBE_FINGERPRINT } from '../../server/src/core/pipeline/planner.ts';
import type { StageResult } from '../../server/src/indexing/stages/stage-runner.ts';
import type { WriteBatch } from '../../server/src/ports/store.ts';
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
