import { toClipId } from '../../core/domain/clip-id.ts';
import type { Description } from '../../core/domain/description.ts';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { MediaProbe, VideoRecord } from '../../core/domain/video.ts';
import type { VideoAnalysis } from '../../core/domain/video-analysis.ts';
import { toFactsSentence } from '../../core/media/facts-sentence.ts';
import { listSoundTracks, parseReadingKey, toReadingKey } from '../../core/media/track-selection.ts';
import { toDescriptionId } from '../../core/pipeline/group-lines-by-clip.ts';
import type { Media } from '../../ports/media.ts';
import type { WorkerStageDeps } from './stage-deps.ts';
import type { StageRunner } from './stage-runner.ts';

/**
 * Version of the measurement of shots, clips, colours, sound and OCR times; increase it to measure all videos
 * again.
 */
const FACTS_VERSION = 'facts 1';
const DESCRIBER = 'measured';

export interface FactsVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly probe: MediaProbe;
}

/** Returns what shapes the facts and clips of a video, for the recipe. */
export function factsFingerprint(clipMs: Ms): string {
  return `${FACTS_VERSION} ${clipMs}`;
}

/**
 * Measures a video in one pass: clips with edges at cuts, one Description per clip, and OCR times. Rejects
 * with MediaFailureError for bad media.
 */
export async function measureFacts(
  video: FactsVideo,
  media: Pick<Media, 'measure'>,
  options: {
    readonly clipMs: Ms;
    readonly recipe: string;
    readonly audioTracks?: readonly number[];
    readonly fromMs?: Ms;
  },
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<VideoAnalysis & { readonly descriptions: readonly Description[] }> {
  const { videoId, uri, probe } = video;
  const onTime = (timeMs: Ms): void => onShare(Math.min(1, timeMs / Math.max(1, probe.durationMs)));
  const { clipMs, audioTracks, recipe, fromMs } = options;
  const analysis = await media.measure(uri, { clipMs, audioTracks, fromMs }, onTime, signal);
  const base = { videoId, uri: '', stage: 'facts', describer: DESCRIBER, recipe } as const;
  const descriptions = analysis.clips.map(({ startMs, endMs, facts }): Description => {
    const clip = { startMs, endMs };
    const line = { ...clip, kind: 'facts', text: toFactsSentence(facts, clip), source: DESCRIBER } as const;
    return {
      ...base,
      ...clip,
      id: toDescriptionId(base, clip),
      clipId: toClipId(videoId, clip),
      lines: [line],
      facts,
    };
  });
  return { ...analysis, descriptions };
}

/** Creates the stage that decodes a file once for facts, clip edges at cuts, and times to read for text on screen. */
export function createFactsStage({ media, settings }: WorkerStageDeps, clipMs: () => number): StageRunner {
  const trackRules = () => settings()['media.tracks'];
  const decodable = ({ probe }: VideoRecord) =>
    probe.streams.some((stream) => stream.kind === 'video' || stream.kind === 'audio');
  return {
    plan: {
      stage: 'facts',
      lane: 'deep',
      after: [],
      content: (record, copies) => {
        return decodable(record)
          ? `${factsFingerprint(clipMs())}${toReadingKey(record.probe, copies, trackRules(), ['video', 'audio'])}`
          : undefined;
      },
    },
    async run({ copy, record, recipe, recording }, onShare, signal) {
      if (record === undefined) return {};
      const video = { videoId: copy.videoId, uri: copy.uri, probe: record.probe };
      const audioTracks = listSoundTracks(record, parseReadingKey(recipe));
      const fromMs = recording?.fromMs ?? 0;
      const options = { clipMs: clipMs(), recipe, audioTracks, fromMs };
      const measuredFacts = await measureFacts(video, media, options, onShare, signal);
      const clips = measuredFacts.clips.map(({ startMs, endMs }) => ({ startMs, endMs }));
      const earlierTextTimes = (record.textTimes ?? []).filter(({ readMs }) => readMs < fromMs);
      return {
        ...(recording !== undefined && { clipUpdate: { fromMs, clips, clipMs: clipMs() } }),
        recordUpdate: {
          ...(recording === undefined && { clips }),
          textTimes: [...earlierTextTimes, ...measuredFacts.textTimes],
          soundTrack: measuredFacts.soundTrack ?? record.soundTrack,
          soundChannel: measuredFacts.soundChannel,
        },
        descriptions: measuredFacts.descriptions,
      };
    },
  };
}
