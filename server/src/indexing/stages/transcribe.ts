import { chooseHotWords } from '../../core/corrections/hot-words.ts';
import type { Cue } from '../../core/domain/cue.ts';
import type { Description, Line } from '../../core/domain/description.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import type { Settings } from '../../core/domain/settings.ts';
import type { Ms, TimeRange, Uri } from '../../core/domain/time-range.ts';
import type { MediaProbe, VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { type MediaFailure, MediaFailureError } from '../../core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { createFrameSplitter } from '../../core/media/audio-frames.ts';
import { createSpeechChunker, type SpeechChunk } from '../../core/media/speech-chunker.ts';
import { createSpeechSpans } from '../../core/media/speech-spans.ts';
import { splitDoubtfulSpeech } from '../../core/media/split-doubtful-speech.ts';
import { listSoundTracks, parseReadingKey, toReadingKey } from '../../core/media/track-selection.ts';
import { groupLinesByClip } from '../../core/pipeline/group-lines-by-clip.ts';
import { hasSound, isSubtitled } from '../../core/pipeline/transcription-need.ts';
import {
  confirmLanguage,
  createLanguageVote,
  findDoubtfulMs,
  toTranscriptCues,
} from '../../core/subtitles/clean-transcript.ts';
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

/** How often speech that the model is unsure of is split. Each piece costs another run of the model. */
const MAX_SPLITS = 2;

/** Sound before the wanted part of a recording that is heard too, ms: a sentence is longer only rarely. */
const LEAD_IN_MS = 10_000;

export interface TranscribeVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly probe: MediaProbe;
  readonly clips: readonly TimeRange[];
  /** Indexes of the audio tracks, in the order in which they are tried. Missing: the one that players choose. */
  readonly audioTracks?: readonly number[];
  /** Time from which speech is wanted; 0 if absent. What is said across it is heard from its beginning. */
  readonly fromMs?: Ms;
}

export interface TranscribeDeps {
  readonly decoder: Pick<Decoder, 'pass'>;
  readonly transcriber: Transcriber;
  /** Decides what is transcribed; undefined: the levels of the sound do. */
  readonly voiceDetector?: VoiceDetector | undefined;
  /** ISO 639-1 code of what is spoken, as the user set it; undefined: it is detected. */
  readonly language?: string | undefined;
  /** Names and terms that may be said. */
  readonly hotWords?: readonly string[];
  /** Awaited before each speech segment. */
  readonly turn: WaitForTurn;
}

export interface TranscribeResult {
  readonly descriptions: readonly Description[];
  /** Failure of a part; everything else is in the rows. */
  readonly failure?: MediaFailure;
  /** Where somebody speaks, in time order. */
  readonly speech: readonly TimeRange[];
  /** Index of the audio track in which something is said; missing if it is the first one. */
  readonly soundTrack?: number | undefined;
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
  trackRules: readonly string[] = [],
  language = '',
): string | undefined {
  const { probe, done } = record;
  if (!hasSound(probe)) return undefined;
  const isCovered = includeSubtitled ? false : isSubtitled(record, copies);
  if (isCovered === undefined) return undefined;
  if (isCovered) return done.transcribe === undefined ? undefined : NO_TRANSCRIPT;
  const voice = voiceDetector?.name ?? 'levels';
  if (!transcriber) return undefined;
  // A version for files with several tracks, because only their transcripts differ from those of earlier versions.
  const trackCount = probe.streams.filter(({ kind }) => kind === 'audio').length;
  const tracksKey = `${trackCount > 1 ? ' tracks' : ''}${toReadingKey(probe, copies, trackRules, ['audio'])}`;
  const parts = [TRANSCRIBE_VERSION, `${transcriber.name}@${transcriber.revision}`, voice, language];
  return `${parts.filter(Boolean).join(' ')}${tracksKey}`;
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

/** The cues of one audio track, with their languages as far as they are certain. */
interface TrackSpeech {
  readonly spokenCues: readonly { readonly cue: Cue; readonly language: string | undefined }[];
  readonly leadingLanguage: string | undefined;
  readonly speech: readonly TimeRange[];
  readonly failedChunks: readonly FailedChunk[];
  readonly transcribedCount: number;
  /** Failure that ended the decoding. */
  readonly decodeFailure: MediaFailure | undefined;
}

/** Transcribes one audio track in one pass with constant memory. The next segment is decoded while the model runs. */
async function transcribeTrack(
  { uri, probe, fromMs = 0 }: TranscribeVideo,
  track: number | undefined,
  { decoder, transcriber, voiceDetector, language: knownLanguage, hotWords = [], turn }: TranscribeDeps,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<TrackSpeech> {
  const spokenCues: { readonly cue: Cue; readonly language: string | undefined }[] = [];
  const failedChunks: FailedChunk[] = [];
  const languageVote = createLanguageVote();
  const gate = await openVoiceGate(voiceDetector, signal);
  const frameSplitter = createFrameSplitter(gate.frameSamples);
  const speechChunker = createSpeechChunker(gate.frameSamples);
  const speechSpans = createSpeechSpans(gate.frameSamples);
  let transcribedCount = 0;
  /** Transcribes a chunk; what the model is unsure of is transcribed again in pieces, each in its own language. */
  const transcribeChunk = async (chunk: SpeechChunk, splitsLeft = MAX_SPLITS): Promise<void> => {
    await turn(signal);
    const settledLanguage = splitsLeft === MAX_SPLITS ? languageVote.settledLanguage() : undefined;
    const language = knownLanguage ?? settledLanguage;
    const request = { samples: chunk.samples, language, ...(hotWords.length > 0 && { hotWords }) };
    const reply = await transcriber.transcribe(request, signal);
    transcribedCount += 1;
    if ('failure' in reply) {
      failedChunks.push({ chunk, failure: reply.failure });
      return;
    }
    const doubtfulMs = splitsLeft > 0 ? findDoubtfulMs(chunk, reply.segments) : undefined;
    const pieces = doubtfulMs === undefined ? [] : splitDoubtfulSpeech(chunk, doubtfulMs);
    const segments =
      pieces.length === 0 || doubtfulMs === undefined
        ? reply.segments
        : reply.segments.filter(({ startMs = 0 }) => chunk.startMs + startMs < doubtfulMs);
    const chunkCues = toTranscriptCues(chunk, segments);
    languageVote.add(reply.language, chunkCues);
    const confirmedLanguage = confirmLanguage(reply.language, chunkCues);
    spokenCues.push(...chunkCues.map((cue) => ({ cue, language: confirmedLanguage })));
    for (const piece of pieces) await transcribeChunk(piece, splitsLeft - 1);
  };
  const heardFromMs = Math.max(0, fromMs - LEAD_IN_MS);
  const hints = {
    ...(track !== undefined && { tracks: { audio: track } }),
    ...(heardFromMs > 0 && { fromMs: heardFromMs }),
  };
  let decodeFailure: MediaFailure | undefined;
  try {
    for await (const event of decoder.pass(uri, { audio: true }, signal, hints)) {
      if (event.kind !== 'audio' || event.timeMs < heardFromMs) continue;
      const frames = await gate.add(frameSplitter.add(event.timeMs, event.samples));
      speechSpans.add(frames);
      for (const chunk of speechChunker.add(frames)) await transcribeChunk(chunk);
      onShare(Math.min(1, event.timeMs / Math.max(1, probe.durationMs)));
    }
  } catch (error) {
    if (!(error instanceof MediaFailureError)) throw error;
    decodeFailure = error.failure;
  }
  const lastFrames = [...(await gate.add(frameSplitter.finish())), ...(await gate.finish())];
  speechSpans.add(lastFrames);
  for (const chunk of [...speechChunker.add(lastFrames), ...speechChunker.finish()])
    await transcribeChunk(chunk);
  const leadingLanguage = languageVote.leadingLanguage();
  const speech = speechSpans.list();
  return { spokenCues, leadingLanguage, speech, failedChunks, transcribedCount, decodeFailure };
}

/**
 * Transcribes a video. An audio track in which nothing is said gives way to the next one. Segments that fail are
 * reported as one failure; the others have lines, even if the file is truncated. Rejects with MediaFailureError for
 * bad media, ModelUnavailableError if the model cannot serve, and the signal's reason.
 */
export async function transcribeVideo(
  video: TranscribeVideo,
  deps: TranscribeDeps,
  recipe: string,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<TranscribeResult> {
  const { videoId, clips, audioTracks = [] } = video;
  const [firstTrack, ...otherTracks] = audioTracks;
  let soundTrack = firstTrack;
  let speech = await transcribeTrack(video, firstTrack, deps, onShare, signal);
  for (const track of otherTracks) {
    if (speech.spokenCues.length > 0 || speech.failedChunks.length > 0) break;
    const nextSpeech = await transcribeTrack(video, track, deps, onShare, signal);
    if (nextSpeech.spokenCues.length === 0 && nextSpeech.failedChunks.length === 0) continue;
    speech = nextSpeech;
    soundTrack = track;
  }
  const { spokenCues, failedChunks, transcribedCount, decodeFailure, leadingLanguage } = speech;
  if (decodeFailure && transcribedCount === 0) throw new MediaFailureError(decodeFailure);
  const { name } = deps.transcriber;
  const lines = spokenCues.map(
    ({ cue, language }): Line => ({ ...cue, source: name, language: language ?? leadingLanguage }),
  );
  const base = { videoId, uri: '', stage: 'transcribe', describer: name, recipe } as const;
  return {
    descriptions: groupLinesByClip(base, clips, lines),
    speech: speech.speech,
    failure: decodeFailure ?? toTranscribeFailure(failedChunks, transcribedCount),
    ...(soundTrack === firstTrack ? {} : { soundTrack }),
  };
}

/** Returns the base language of the setting; '' if it is empty. */
const speechLanguage = (settings: Settings): string => settings['models.speechLanguage'].split('-')[0] ?? '';

/** Creates the stage that transcribes speech that subtitles do not contain. */
export function createTranscribeStage({
  media,
  transcriber,
  voiceDetector,
  settings,
  corrections,
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
          settings()['media.tracks'],
          speechLanguage(settings()),
        ),
    },
    async run({ copy, record, recipe, recording, turn }, onShare, signal) {
      if (record === undefined || recipe === NO_TRANSCRIPT) return {};
      const model = transcriber();
      // Returning no rows would delete the old transcript.
      if (model === undefined)
        throw new ModelUnavailableError('No transcriber is available.', 'Set models.transcriber.');
      const { probe, clips } = record;
      const audioTracks = listSoundTracks(record, parseReadingKey(recipe));
      const video = {
        videoId: copy.videoId,
        uri: copy.uri,
        probe,
        clips,
        audioTracks,
        fromMs: recording?.fromMs,
      };
      const language = speechLanguage(settings()) || undefined;
      // Not in the recipe: a correction improves what is transcribed from then on, and repeats nothing.
      const hotWords = chooseHotWords(copy.path, corrections.learnedWords());
      const voice = voiceDetector();
      const deps = { decoder: media, transcriber: model, voiceDetector: voice, language, hotWords, turn };
      const result = await transcribeVideo(video, deps, recipe, onShare, signal);
      const { descriptions, failure, speech, soundTrack } = result;
      return {
        descriptions,
        failure,
        recordUpdate: soundTrack === undefined ? { speech } : { speech, soundTrack },
      };
    },
  };
}
