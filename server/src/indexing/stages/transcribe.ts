import type { Cue } from '../../core/domain/cue.ts';
import type { Description, Line } from '../../core/domain/description.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import type { TimeRange, Uri } from '../../core/domain/time-range.ts';
import type { MediaProbe, VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { type MediaFailure, MediaFailureError } from '../../core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { createFrameSplitter } from '../../core/media/audio-frames.ts';
import { createSpeechChunker, type SpeechChunk } from '../../core/media/speech-chunker.ts';
import { groupLinesByClip } from '../../core/pipeline/group-lines-by-clip.ts';
import { hasSound, isSubtitled } from '../../core/pipeline/transcription-need.ts';
import { createLanguageVote, toTranscriptCues } from '../../core/subtitles/clean-transcript.ts';
import type { Decoder } from '../../ports/decoder.ts';
import type { Transcriber } from '../../ports/transcriber.ts';
import type { VoiceDetector } from '../../ports/voice-detector.ts';
import type { WaitForTurn } from '../priority-gate.ts';
import { openVoiceGate } from '../voice-gate.ts';
import type { WorkerStageDeps } from './stage-deps.ts';
import type { StageRunner } from './stage-runner.ts';

/** Version of speech detection, splitting and text cleaning; increase it to transcribe all videos again. */
const TRANSCRIBE_VERSION = 'transcribe 2';
/** Recipe that removes a transcript, because subtitles were added. */
export const NO_TRANSCRIPT = `${TRANSCRIBE_VERSION} none`;

export interface TranscribeVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly probe: MediaProbe;
  readonly clips: readonly TimeRange[];
}

export interface TranscribeDeps {
  readonly decoder: Pick<Decoder, 'pass'>;
  readonly transcriber: Transcriber;
  /** Decides what is transcribed; undefined: the levels of the sound do. */
  readonly voiceDetector?: VoiceDetector | undefined;
  /** Awaited before each speech segment. */
  readonly turn: WaitForTurn;
}

export interface TranscribeResult {
  readonly descriptions: readonly Description[];
  /** Failure of a part; everything else is in the rows. */
  readonly failure?: MediaFailure;
}

/**
 * Returns what shapes the transcript of a video, for the recipe. Returns undefined if none is needed: no
 * sound, no transcriber, or subtitles that contain the speech or are still to be read (unless
 * `includeSubtitled`). A transcript that subtitles have made unnecessary is removed.
 */
export function transcriptFingerprint(
  record: VideoRecord,
  copies: readonly VideoFile[],
  transcriber: Transcriber | undefined,
  includeSubtitled: boolean,
  voiceDetector?: VoiceDetector,
): string | undefined {
  const { probe, done } = record;
  if (!hasSound(probe)) return undefined;
  const isCovered = includeSubtitled ? false : isSubtitled(record, copies);
  if (isCovered === undefined) return undefined;
  if (isCovered) return done.transcribe === undefined ? undefined : NO_TRANSCRIPT;
  const voice = voiceDetector?.name ?? 'levels';
  return transcriber && `${TRANSCRIBE_VERSION} ${transcriber.name}@${transcriber.revision} ${voice}`;
}

interface FailedChunk {
  readonly chunk: TimeRange;
  readonly failure: MediaFailure;
}

function toTranscribeFailure(
  failedChunks: readonly FailedChunk[],
  chunkCount: number,
): MediaFailure | undefined {
  const [first] = failedChunks;
  if (!first) return undefined;
  const { kind, reason, remedy } = first.failure;
  const where = `${formatTime(first.chunk.startMs)} to ${formatTime(first.chunk.endMs)}`;
  return {
    kind,
    remedy,
    reason: `${failedChunks.length} of ${chunkCount} speech segments could not be transcribed, the first from ${where}: ${reason}`,
  };
}

/**
 * Transcribes a video in one pass over its audio with constant memory. The next segment is decoded while the
 * model runs. Segments that fail are reported as one failure; the others have lines, even if the file is
 * truncated. Rejects with MediaFailureError for bad media, ModelUnavailableError if the model cannot serve,
 * and the signal's reason.
 */
export async function transcribeVideo(
  { videoId, uri, probe, clips }: TranscribeVideo,
  { decoder, transcriber, voiceDetector, turn }: TranscribeDeps,
  recipe: string,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<TranscribeResult> {
  const cues: Cue[] = [];
  const failedChunks: FailedChunk[] = [];
  const languageVote = createLanguageVote();
  const gate = await openVoiceGate(voiceDetector, signal);
  const frameSplitter = createFrameSplitter(gate.frameSamples);
  const speechChunker = createSpeechChunker(gate.frameSamples);
  let transcribedCount = 0;
  const transcribeChunk = async (chunk: SpeechChunk) => {
    await turn(signal);
    const reply = await transcriber.transcribe(
      { samples: chunk.samples, language: languageVote.settledLanguage() },
      signal,
    );
    transcribedCount += 1;
    if ('failure' in reply) {
      failedChunks.push({ chunk, failure: reply.failure });
      return;
    }
    const chunkCues = toTranscriptCues(chunk, reply.segments);
    languageVote.add(reply.language, chunkCues);
    cues.push(...chunkCues);
  };
  let decodeFailure: MediaFailure | undefined;
  try {
    for await (const event of decoder.pass(uri, { audio: true }, signal)) {
      if (event.kind !== 'audio') continue;
      const frames = await gate.add(frameSplitter.add(event.timeMs, event.samples));
      for (const chunk of speechChunker.add(frames)) await transcribeChunk(chunk);
      onShare(Math.min(1, event.timeMs / Math.max(1, probe.durationMs)));
    }
  } catch (error) {
    if (!(error instanceof MediaFailureError)) throw error;
    decodeFailure = error.failure;
  }
  const lastFrames = [...(await gate.add(frameSplitter.finish())), ...(await gate.finish())];
  for (const chunk of [...speechChunker.add(lastFrames), ...speechChunker.finish()])
    await transcribeChunk(chunk);
  if (decodeFailure && transcribedCount === 0) throw new MediaFailureError(decodeFailure);
  const language = languageVote.leadingLanguage();
  const { name } = transcriber;
  const lines = cues.map((cue): Line => ({ ...cue, source: name, language }));
  const base = { videoId, uri: '', stage: 'transcribe', describer: name, recipe } as const;
  return {
    descriptions: groupLinesByClip(base, clips, lines),
    failure: decodeFailure ?? toTranscribeFailure(failedChunks, transcribedCount),
  };
}

/** Creates the stage that transcribes speech that subtitles do not contain. */
export function createTranscribeStage({
  media,
  transcriber,
  voiceDetector,
  settings,
}: WorkerStageDeps): StageRunner {
  return {
    plan: {
      stage: 'transcribe',
      lane: 'deep',
      after: ['cues', 'facts'],
      content: (record, copies) =>
        transcriptFingerprint(
          record,
          copies,
          transcriber(),
          settings()['models.transcribeAll'],
          voiceDetector(),
        ),
    },
    async run({ copy, record, recipe, turn }, onShare, signal) {
      if (record === undefined || recipe === NO_TRANSCRIPT) return {};
      const model = transcriber();
      // Returning no rows would delete the old transcript.
      if (model === undefined)
        throw new ModelUnavailableError('No transcriber is available.', 'Set models.transcriber.');
      const { probe, clips } = record;
      const video = { videoId: copy.videoId, uri: copy.uri, probe, clips };
      const deps = { decoder: media, transcriber: model, voiceDetector: voiceDetector(), turn };
      return transcribeVideo(video, deps, recipe, onShare, signal);
    },
  };
}
