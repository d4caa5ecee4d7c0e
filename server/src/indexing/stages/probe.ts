import { segmentClips } from '../../core/media/clip-segmenter.ts';
import { splitExtent } from '../../core/pipeline/extent.ts';
import { PROBE_FINGERPRINT } from '../../core/pipeline/planner.ts';
import type { Decoder } from '../../ports/decoder.ts';
import type { StageRunner } from './stage-runner.ts';

/**
 * Creates the stage that reads the container and lays out clips of equal length, so that a video can be found
 * by name immediately.
 */
export function createProbeStage(decoder: Decoder, clipMs: () => number): StageRunner {
  return {
    plan: { stage: 'probe', lane: 'fast', after: [], content: () => PROBE_FINGERPRINT },
    async run({ copy, record }, _onShare, signal) {
      const isFollowed = splitExtent(record?.done.probe ?? '').extent !== undefined;
      const probe = await decoder.probe(copy.uri, signal);
      if (isFollowed)
        return {
          recordUpdate: { probe },
          clipUpdate: { fromMs: Number.POSITIVE_INFINITY, clips: [], clipMs: clipMs() },
        };
      // Clips of an earlier version of this stage may end at cuts, which other stages have measured.
      const clips =
        record !== undefined && record.clips.length > 0 && record.probe.durationMs === probe.durationMs
          ? record.clips
          : segmentClips(probe.durationMs, clipMs(), []);
      return { recordUpdate: { probe, clips } };
    },
  };
}
