import type { TimeRange, Uri } from '../../core/domain/time-range.ts';
import type { MediaProbe, VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { type MediaFailure, MediaFailureError } from '../../core/errors/media-failure.ts';
import { createFrameSplitter } from '../../core/media/audio-frames.ts';
import { createSpeechSpans } from '../../core/media/speech-spans.ts';
import { listSoundTracks, parseReadingKey, toReadingKey } from '../../core/media/track-selection.ts';
import { hasSound, isSubtitled } from '../../core/pipeline/transcription-need.ts';
import type { Decoder } from '../../ports/decoder.ts';
import type { VoiceDetector } from '../../ports/voice-detector.ts';
import type { WaitForTurn } from '../priority-gate.ts';
import { openVoiceGate } from '../voice-gate.ts';
import type { StageDeps } from './stage-deps.ts';
import type { StageRunner } from './stage-runner.ts';
import { NO_TRANSCRIPT } from './transcribe.ts';

/** Version of the voice detection; increase it to listen to all videos again. */
const VOICE_VERSION = 'voice 1';

/**
 * Returns what shapes the speech spans of a video, for the recipe. Returns undefined if nobody needs them: there is
 * no sound, subtitles contain the speech or are still to be read, or the transcriber finds the spans itself.
 */
export function voiceFingerprint(
  record: Pick<VideoRecord, 'probe' | 'done' | 'subtitled' | 'failures'>,
  copies: readonly VideoFile[],
  hasTranscriber: boolean,
  voiceDetector: Pick<VoiceDetector, 'name'> | undefined,
  trackRules: readonly string[],
): string | undefined {
  const { probe, done } = record;
  const isTranscribed = done.transcribe !== undefined && done.transcribe !== NO_TRANSCRIPT;
  if (hasTranscriber || isTranscribed || !hasSound(probe) || isSubtitled(record, copies) !== false) return;
  return `${VOICE_VERSION} ${voiceDetector?.name ?? 'levels'}${toReadingKey(probe, copies, trackRules, ['audio'])}`;
}

export interface ListenedVideo {
  readonly uri: Uri;
  readonly probe: MediaProbe;
  /** Indexes of the audio tracks, in the order in which they are tried. */
  readonly audioTracks: readonly number[];
}

export interface ListenDeps {
  readonly decoder: Pick<Decoder, 'pass'>;
  readonly voiceDetector: VoiceDetector | undefined;
  /** Awaited before each piece of sound, so that a question goes first. */
  readonly turn: WaitForTurn;
}

/** The speech of a track, and the failure that ended its decoding. */
interface HeardTrack {
  readonly spans: readonly TimeRange[];
  readonly failure: MediaFailure | undefined;
}

/** Listens to one audio track in one pass with constant memory. */
async function listenToTrack(
  { uri, probe }: ListenedVideo,
  track: number,
  { decoder, voiceDetector, turn }: ListenDeps,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<HeardTrack> {
  const gate = await openVoiceGate(voiceDetector, signal);
  const frameSplitter = createFrameSplitter(gate.frameSamples);
  const spans = createSpeechSpans(gate.frameSamples);
  let failure: MediaFailure | undefined;
  try {
    for await (const event of decoder.pass(uri, { audio: true }, signal, { tracks: { audio: track } })) {
      if (event.kind !== 'audio') continue;
      await turn(signal);
      spans.add(await gate.add(frameSplitter.add(event.timeMs, event.samples)));
      onShare(Math.min(1, event.timeMs / Math.max(1, probe.durationMs)));
    }
  } catch (error) {
    if (!(error instanceof MediaFailureError)) throw error;
    failure = error.failure;
  }
  spans.add(await gate.add(frameSplitter.finish()));
  spans.add(await gate.finish());
  return { spans: spans.list(), failure };
}

/**
 * Finds where somebody speaks in a video: in the first of its audio tracks with a voice. Rejects with
 * MediaFailureError if no sound can be read, and with the signal's reason.
 */
export async function listenToVideo(
  video: ListenedVideo,
  deps: ListenDeps,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<{ readonly speech: readonly TimeRange[]; readonly track: number | undefined }> {
  let firstFailure: MediaFailure | undefined;
  for (const track of video.audioTracks) {
    const { spans, failure } = await listenToTrack(video, track, deps, onShare, signal);
    if (spans.length > 0) return { speech: spans, track };
    firstFailure ??= failure;
  }
  if (firstFailure) throw new MediaFailureError(firstFailure);
  return { speech: [], track: undefined };
}

/**
 * Creates the stage that finds out where somebody speaks in videos that nothing transcribes. It shows which of them
 * would gain from a transcriber.
 */
export function createVoiceStage({
  media,
  transcriber,
  voiceDetector,
  settings,
}: Pick<StageDeps, 'media' | 'transcriber' | 'voiceDetector' | 'settings'>): StageRunner {
  return {
    plan: {
      stage: 'voice',
      lane: 'deep',
      after: ['cues', 'facts'],
      content: (record, copies) =>
        voiceFingerprint(
          record,
          copies,
          transcriber() !== undefined,
          voiceDetector(),
          settings()['media.tracks'],
        ),
    },
    async run({ copy, record, recipe, turn }, onShare, signal) {
      if (record === undefined) return {};
      const { probe } = record;
      const audioTracks = listSoundTracks(record, parseReadingKey(recipe));
      const deps = { decoder: media, voiceDetector: voiceDetector(), turn };
      const { speech, track } = await listenToVideo(
        { uri: copy.uri, probe, audioTracks },
        deps,
        onShare,
        signal,
      );
      const isOtherTrack = track !== undefined && track !== audioTracks[0];
      return { recordUpdate: { speech, ...(isOtherTrack && { soundTrack: track }) } };
    },
  };
}
