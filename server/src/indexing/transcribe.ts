import { clock } from '../core/clock.ts';
import type { Cue } from '../core/cue.ts';
import { describeLines } from '../core/describe.ts';
import type { Description, Line } from '../core/description.ts';
import { type Failure, FailureError } from '../core/failure.ts';
import { hasSound, isSubtitled } from '../core/hearing.ts';
import type { TimeRange, Uri } from '../core/range.ts';
import { createSpeechChunks, type SpeechChunk } from '../core/speechChunks.ts';
import { createLanguageVote, cuesOf } from '../core/transcript.ts';
import type { Copy, Probe, VideoRecord } from '../core/video.ts';
import type { Decoder } from '../ports/decoder.ts';
import type { Transcriber } from '../ports/transcriber.ts';
import type { Turn } from './turns.ts';

/** How sound is gated, cut and its text cleaned; another number transcribes all videos anew. */
const VERSION = 'transcribe 1';
/** Takes a transcript away again: subtitles came since. */
export const NO_TRANSCRIPT = `${VERSION} none`;

export interface SpokenVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly probe: Probe;
  readonly clips: readonly TimeRange[];
}

export interface TranscribePorts {
  readonly decoder: Pick<Decoder, 'pass'>;
  readonly transcriber: Transcriber;
  /** Awaited before each stretch of speech. */
  readonly turn: Turn;
}

export interface Transcribed {
  readonly descriptions: readonly Description[];
  /** What could not be heard; the rest is in the rows. */
  readonly failure?: Failure;
}

/**
 * What shapes the transcript of a video, for the Recipe. Undefined where none is to be made: no sound, no transcriber,
 * or subtitles that hold the speech or are still to be read (unless `all`). A transcript that subtitles have made
 * needless is taken away.
 */
export function transcriptRecipe(
  record: VideoRecord,
  copies: readonly Copy[],
  transcriber: Transcriber | undefined,
  all: boolean,
): string | undefined {
  const { probe, done } = record;
  if (!hasSound(probe)) return undefined;
  const subtitled = all ? false : isSubtitled(record, copies);
  if (subtitled === undefined) return undefined;
  if (subtitled) return done.transcribe === undefined ? undefined : NO_TRANSCRIPT;
  return transcriber && `${VERSION} ${transcriber.name}@${transcriber.revision}`;
}

interface Missed {
  readonly chunk: TimeRange;
  readonly failure: Failure;
}

function failureOf(missed: readonly Missed[], all: number): Failure | undefined {
  const [first] = missed;
  if (!first) return undefined;
  const { kind, reason, remedy } = first.failure;
  const where = `${clock(first.chunk.startMs)} to ${clock(first.chunk.endMs)}`;
  return {
    kind,
    remedy,
    reason: `${missed.length} of ${all} stretches of speech were not heard; ${where}: ${reason}`,
  };
}

/**
 * Writes down what is said in one video, from one pass over its sound in constant memory; the next stretch is decoded
 * while the model listens. A stretch that cannot be heard is told and the others have their lines, also where the file
 * breaks off. Rejects with FailureError for bad media, UnavailableError where the model cannot serve, and the signal's
 * reason.
 */
export async function transcribeVideo(
  { videoId, uri, probe, clips }: SpokenVideo,
  { decoder, transcriber, turn }: TranscribePorts,
  recipe: string,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<Transcribed> {
  const cues: Cue[] = [];
  const missed: Missed[] = [];
  const vote = createLanguageVote();
  const chunks = createSpeechChunks();
  let heard = 0;
  const hear = async (chunk: SpeechChunk) => {
    await turn(signal);
    const reply = await transcriber.transcribe({ samples: chunk.samples, language: vote.settled() }, signal);
    heard += 1;
    if ('failure' in reply) {
      missed.push({ chunk, failure: reply.failure });
      return;
    }
    const found = cuesOf(chunk, reply.segments);
    vote.add(reply.language, found);
    cues.push(...found);
  };
  let broken: Failure | undefined;
  try {
    for await (const event of decoder.pass(uri, { audio: true }, signal)) {
      if (event.kind !== 'audio') continue;
      for (const chunk of chunks.add(event.timeMs, event.samples)) await hear(chunk);
      onShare(Math.min(1, event.timeMs / Math.max(1, probe.durationMs)));
    }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    broken = error.failure;
  }
  for (const chunk of chunks.finish()) await hear(chunk);
  if (broken && heard === 0) throw new FailureError(broken);
  const language = vote.winner();
  const { name } = transcriber;
  const lines = cues.map((cue): Line => ({ ...cue, source: name, language }));
  const of = { videoId, uri: '', stage: 'transcribe', describer: name, recipe } as const;
  return {
    descriptions: describeLines(of, clips, lines),
    failure: broken ?? failureOf(missed, heard),
  };
}
