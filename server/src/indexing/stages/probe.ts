import { segmentClips } from '../../core/media/clip-segmenter.ts';
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
    async run({ copy }, _onShare, signal) {
      const probe = await decoder.probe(copy.uri, signal);
      return { recordUpdate: { probe, clips: segmentClips(probe.durationMs, clipMs(), []) } };
    },
  };
}
