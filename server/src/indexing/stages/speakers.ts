import { ChildError } from '../../base/child-error.ts';
import { runInSlices } from '../../base/slices.ts';
import { toClipId } from '../../core/domain/clip-id.ts';
import type { Description } from '../../core/domain/description.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import type { StoredVoice } from '../../core/domain/voice.ts';
import { type MediaFailure, MediaFailureError } from '../../core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { createFrameSplitter } from '../../core/media/audio-frames.ts';
import { listSoundTracks, parseReadingKey, toReadingKey } from '../../core/media/track-selection.ts';
import { toDescriptionId } from '../../core/pipeline/group-lines-by-clip.ts';
import { hasSound, isSubtitled } from '../../core/pipeline/transcription-need.ts';
import { diarise } from '../../core/speakers/diarise.ts';
import { printToText } from '../../core/speakers/print-text.ts';
import { createWindowCutter, type SoundCut } from '../../core/speakers/sound-windows.ts';
import type { HeardWindow } from '../../core/speakers/voice-track.ts';
import type { Decoder } from '../../ports/decoder.ts';
import { type Diariser, VOICE_WINDOW_MS } from '../../ports/diariser.ts';
import type { VoiceDetector } from '../../ports/voice-detector.ts';
import type { WaitForTurn } from '../priority-gate.ts';
import { openVoiceGate } from '../voice-gate.ts';
import type { StageDeps } from './stage-deps.ts';
import type { StageRunner } from './stage-runner.ts';
import { NO_TRANSCRIPT } from './transcribe.ts';

/** Version of windows, clusters and spans; increase it to tell the voices of all videos apart again. */
const SPEAKERS_VERSION = 'speakers 1';

/** Distance between two windows in which speakers are detected, ms: each moment is heard twice. */
const OVERLAPPING_STEP_MS = VOICE_WINDOW_MS / 2;

/** Probability from which a frame counts as speech. Quiet voices far from the microphone have little. */
const MIN_SPEECH_PROBABILITY = 0.25;

interface HearVideoDeps {
  readonly decoder: Pick<Decoder, 'pass'>;
  readonly diariser: Diariser;
  /** Finds speech for a diariser that does not. */
  readonly voiceDetector: VoiceDetector | undefined;
  /** Awaited before each window. */
  readonly turn: WaitForTurn;
}

/** What was heard in one audio track. */
interface HeardTrack {
  readonly windows: readonly HeardWindow[];
  readonly minSimilarity: number;
  readonly failure: MediaFailure | undefined;
}

/**
 * Returns the recipe for the voices of a video. Undefined if its voices are not told apart: no diariser, no sound,
 * or no lines of speech that could have them.
 */
function speakersFingerprint(
  record: VideoRecord,
  copies: readonly VideoFile[],
  diariser: Diariser | undefined,
  voiceDetector: VoiceDetector | undefined,
  trackRules: readonly string[],
): string | undefined {
  const { probe, done, soundTrack } = record;
  if (!diariser || !hasSound(probe)) return undefined;
  const isTranscribed = done.transcribe !== undefined && done.transcribe !== NO_TRANSCRIPT;
  if (!isTranscribed && isSubtitled(record, copies) !== true) return undefined;
  const voice = diariser.detectsSpeech ? '' : (voiceDetector?.name ?? 'levels');
  const track = soundTrack === undefined ? '' : `track ${soundTrack}`;
  const parts = [SPEAKERS_VERSION, toModelName(diariser), voice, track];
  return `${parts.filter(Boolean).join(' ')}${toReadingKey(probe, copies, trackRules, ['audio'])}`;
}

const toModelName = ({ name, revision }: Diariser): string => `${name}@${revision}`;

/** Hears one audio track in one pass with constant memory for the sound. */
async function hearTrack(
  {
    uri,
    durationMs,
    track,
  }: { readonly uri: Uri; readonly durationMs: number; readonly track: number | undefined },
  { decoder, diariser, voiceDetector, turn }: HearVideoDeps,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<HeardTrack> {
  const { detectsSpeech } = diariser;
  const gate = await openVoiceGate(detectsSpeech ? undefined : voiceDetector, signal, MIN_SPEECH_PROBABILITY);
  const splitter = createFrameSplitter(gate.frameSamples);
  const stepMs = detectsSpeech ? OVERLAPPING_STEP_MS : VOICE_WINDOW_MS;
  const cutter = createWindowCutter(gate.frameSamples, VOICE_WINDOW_MS, stepMs);
  const windows: HeardWindow[] = [];
  let minSimilarity = 0;
  let failure: MediaFailure | undefined;
  const hear = async (cut: SoundCut): Promise<void> => {
    if (!detectsSpeech && cut.speech.length === 0) return;
    await turn(signal);
    try {
      const reply = await diariser.hear(cut, signal);
      minSimilarity = reply.minSimilarity;
      for (const heard of reply.windows)
        windows.push({ ...heard, startMs: cut.startMs + heard.startMs, endMs: cut.startMs + heard.endMs });
    } catch (error) {
      if (!(error instanceof ChildError) || error.kind === 'start') throw error;
      failure ??= {
        kind: error.kind === 'hung' ? 'timedOut' : 'crashed',
        reason: `The voices from ${formatTime(cut.startMs)} on could not be told apart: ${error.message}`,
        remedy:
          'Run `goldfish reindex` on the file, or choose another model with `goldfish models use diariser`.',
      };
    }
  };
  try {
    const hints = track === undefined ? {} : { tracks: { audio: track } };
    for await (const event of decoder.pass(uri, { audio: true }, signal, hints)) {
      if (event.kind !== 'audio') continue;
      const frames = await gate.add(splitter.add(event.timeMs, event.samples));
      for (const cut of cutter.add(frames)) await hear(cut);
      onShare(Math.min(1, event.timeMs / Math.max(1, durationMs)));
    }
  } catch (error) {
    if (!(error instanceof MediaFailureError) || windows.length === 0) throw error;
    failure = error.failure;
  }
  const lastFrames = [...(await gate.add(splitter.finish())), ...(await gate.finish())];
  for (const cut of [...cutter.add(lastFrames), ...cutter.finish()]) await hear(cut);
  return { windows, minSimilarity, failure };
}

/** Creates the stage that tells the voices apart that say the lines of a transcript or of subtitles. */
export function createSpeakersStage({
  media,
  diariser,
  voiceDetector,
  settings,
}: Pick<StageDeps, 'media' | 'diariser' | 'voiceDetector' | 'settings'>): StageRunner {
  return {
    plan: {
      stage: 'speakers',
      lane: 'deep',
      after: ['cues', 'facts', 'transcribe'],
      content: (record, copies) =>
        speakersFingerprint(record, copies, diariser(), voiceDetector(), settings()['media.tracks']),
    },
    async run({ copy, record, recipe, turn }, onShare, signal) {
      if (record === undefined) return {};
      const model = diariser();
      // Returning no rows would delete the old voices.
      if (model === undefined)
        throw new ModelUnavailableError('No diariser is available.', 'Set models.diariser.');
      const { probe } = record;
      const { durationMs } = probe;
      const [track] = listSoundTracks(record, parseReadingKey(recipe));
      const deps = { decoder: media, diariser: model, voiceDetector: voiceDetector(), turn };
      const heard = await hearTrack({ uri: copy.uri, durationMs, track }, deps, onShare, signal);
      const voices = await runInSlices(diarise(heard.windows, heard.minSimilarity), signal);
      const range = { startMs: 0, endMs: Math.max(1, durationMs) };
      const base = { videoId: copy.videoId, uri: '', stage: 'speakers' } as const;
      const row: Description = {
        ...base,
        ...range,
        id: toDescriptionId(base, range),
        clipId: toClipId(copy.videoId, range),
        describer: model.name,
        recipe,
        lines: [],
        voices: voices.map(
          ({ print, spans }, i): StoredVoice => ({
            voice: i + 1,
            print: printToText(print),
            model: toModelName(model),
            minSimilarity: heard.minSimilarity,
            spans: spans.map(({ startMs, endMs }) => [Math.round(startMs), Math.round(endMs)]),
          }),
        ),
      };
      return { descriptions: [row], failure: heard.failure };
    },
  };
}
