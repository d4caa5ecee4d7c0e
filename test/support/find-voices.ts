import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { createSpeakersStage } from '../../server/src/indexing/stages/speakers.ts';
import type { StageDeps } from '../../server/src/indexing/stages/stage-deps.ts';
import type { Diariser } from '../../server/src/ports/diariser.ts';
import type { VoiceDetector } from '../../server/src/ports/voice-detector.ts';
import type { SpeakerTurn } from './diarisation-error.ts';

const CHUNK_SAMPLES = 16_000;

/** Lets the stage `speakers` find the voices in sound of 16 kHz, as if a file contained it. */
export async function findVoices(
  sound: Float32Array,
  diariser: Diariser,
  voiceDetector: VoiceDetector | undefined,
): Promise<readonly SpeakerTurn[]> {
  async function* pass() {
    for (let at = 0; at < sound.length; at += CHUNK_SAMPLES)
      yield { kind: 'audio' as const, timeMs: at / 16, samples: sound.subarray(at, at + CHUNK_SAMPLES) };
  }
  const stage = createSpeakersStage({
    media: { pass } as unknown as StageDeps['media'],
    diariser: () => diariser,
    voiceDetector: () => voiceDetector,
    settings: () => ({ 'media.tracks': [] }) as unknown as ReturnType<StageDeps['settings']>,
  });
  const probe = { container: '', durationMs: sound.length / 16, streams: [], chapters: [] };
  const record: VideoRecord = { videoId: 'v', probe, done: {}, failures: {}, clips: [] };
  const input = {
    copy: { videoId: 'v', uri: 'file:///meeting.wav' } as VideoFile,
    record,
    path: false,
    recipe: 'speakers',
    turn: async () => undefined,
  };
  const result = await stage.run(
    input,
    () => undefined,
    new AbortController().signal,
    async () => undefined,
  );
  return (result.descriptions ?? []).flatMap(({ voices = [] }) =>
    voices.flatMap(({ voice, spans }) =>
      spans.map(([startMs, endMs]) => ({
        speaker: `Voice ${voice}`,
        start: startMs / 1000,
        end: endMs / 1000,
      })),
    ),
  );
}
