import type { Line } from '../core/domain/description.ts';
import { type Ms, overlapMs, type TimeRange, type Uri } from '../core/domain/time-range.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { NO_ANSWER } from '../core/generation/answer-prompt.ts';
import { frameTimes } from '../core/generation/caption-prompt.ts';
import { visionPrompt, wholeVideoPrompt } from '../core/generation/vision-prompt.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Decoder, Picture } from '../ports/decoder.ts';
import type { EvidenceClip } from './evidence.ts';

/** Maximum number of tokens the model writes about one clip, and about a whole video. */
const MAX_CLIP_TOKENS = 120;
const MAX_VIDEO_TOKENS = 300;
/** Limits a reply, in characters: a model that does not stop adds nothing useful after that. */
const MAX_REPLY_CHARS = 1500;

export interface VisionDeps {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly captioner: Captioner;
}

/** Signals that the frames could not be read or the model could not run. The message is shown to the user. */
export class VisionUnavailableError extends Error {}

const joinSentences = (...parts: readonly string[]) =>
  parts
    .filter(Boolean)
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(' ');

/**
 * Converts model and media failures to VisionUnavailableError. Other errors and the signal's reason pass
 * through.
 */
async function withVisionErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ModelUnavailableError)
      throw new VisionUnavailableError(joinSentences(error.message, error.remedy), { cause: error });
    if (error instanceof MediaFailureError)
      throw new VisionUnavailableError(joinSentences(error.failure.reason, error.failure.remedy), {
        cause: error,
      });
    throw error;
  }
}

async function readFrames(
  { decoder, captioner }: VisionDeps,
  uri: Uri,
  timesMs: readonly Ms[],
  signal: AbortSignal,
): Promise<readonly Picture[]> {
  const { framePx } = captioner.budget;
  const pictures: Picture[] = [];
  for await (const picture of decoder.frames(uri, timesMs, { width: framePx, height: framePx }, signal))
    pictures.push(picture);
  return pictures;
}

/** Returns whether the model reported that there is no answer. */
export function isNoAnswer(text: string): boolean {
  return (
    text.trim() === '' ||
    text
      .replace(/[^\p{L} ]/gu, '')
      .trim()
      .toUpperCase()
      .startsWith(NO_ANSWER)
  );
}

/**
 * Returns what the model sees in a clip in answer to the question; '' if the clip does not show it. Rejects
 * with VisionUnavailableError and the signal's reason.
 */
export function inspectClip(
  vision: VisionDeps,
  source: Pick<EvidenceClip, 'uri' | 'lines'> & { readonly clip: TimeRange },
  question: string,
  signal: AbortSignal,
): Promise<string> {
  const { captioner } = vision;
  const { frames, words } = captioner.budget;
  const { uri, clip, lines } = source;
  return withVisionErrors(async () => {
    const times = frameTimes(clip, frames);
    const pictures = await readFrames(vision, uri, times, signal);
    const clipLines = lines.filter((line) => overlapMs(line, clip) > 0);
    const prompt = visionPrompt(clip, times.slice(0, pictures.length), clipLines, question, { words });
    const text = await captioner.inspect({ pictures, prompt }, MAX_CLIP_TOKENS, () => undefined, signal);
    return isNoAnswer(text) ? '' : text.slice(0, MAX_REPLY_CHARS).trim();
  });
}

/**
 * Shows the model a whole video with the question; its clips are numbered from 1 like `sources`. Streams the
 * text to `onDelta`. Rejects like `inspectClip`.
 */
export function inspectWholeVideo(
  vision: VisionDeps,
  sources: readonly EvidenceClip[],
  question: string,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const { captioner } = vision;
  const { frames, words } = captioner.budget;
  const [first] = sources;
  const lastSource = sources.at(-1);
  return withVisionErrors(async () => {
    if (!first || !lastSource) return '';
    const times = frameTimes({ startMs: first.startMs, endMs: lastSource.endMs }, frames);
    const pictures = await readFrames(vision, first.uri, times, signal);
    const prompt = wholeVideoPrompt(
      sources.map(({ range }) => range),
      times.slice(0, pictures.length),
      sources.flatMap(({ lines }) => lines),
      question,
      { words },
    );
    return captioner.inspect({ pictures, prompt }, MAX_VIDEO_TOKENS, onDelta, signal);
  });
}

/** Converts an observation to a line of its clip. */
export function toCaptionLine(text: string, clip: TimeRange, captioner: Captioner): Line {
  const { startMs, endMs } = clip;
  return { kind: 'caption', text, startMs, endMs, source: captioner.name };
}
