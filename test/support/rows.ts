import { PROBE_RECIPE } from '../../server/src/core/plan.ts';
import type { Copy, VideoRecord } from '../../server/src/core/video.ts';

/** A copy as reconcile makes it, for tests. */
export function copyOf(uri: string, videoId: string, more: Partial<Copy> = {}): Copy {
  return {
    uri,
    path: uri.replace('file://', ''),
    videoId,
    bytes: 10,
    modifiedMs: 5,
    sample: videoId,
    sidecars: [],
    heldBy: ['file:///a'],
    done: {},
    failures: {},
    forgotten: false,
    recordedMs: 5,
    ...more,
  };
}

/** A minute of video in two Clips, probed. */
export function recordOf(videoId: string, more: Partial<VideoRecord> = {}): VideoRecord {
  return {
    videoId,
    probe: { container: 'mp4', durationMs: 60_000, streams: [], chapters: [] },
    done: { probe: PROBE_RECIPE },
    failures: {},
    clips: [
      { startMs: 0, endMs: 30_000 },
      { startMs: 30_000, endMs: 60_000 },
    ],
    ...more,
  };
}
