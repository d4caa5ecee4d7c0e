import { NO_ANSWER } from '../core/answerPrompt.ts';
import { frameTimes } from '../core/captionPrompt.ts';
import type { Line } from '../core/description.ts';
import { FailureError } from '../core/failure.ts';
import { lookPrompt, wholePrompt } from '../core/lookPrompt.ts';
import { type Ms, overlapMs, type TimeRange, type Uri } from '../core/range.ts';
import { UnavailableError } from '../core/unavailable.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Decoder, Picture } from '../ports/decoder.ts';
import type { Source } from './sources.ts';

/** Tokens that a look at one clip may take, and one at a whole video. */
const CLIP_TOKENS = 120;
const WHOLE_TOKENS = 300;
/** Characters of a look that count: a model that does not stop says nothing more by then. */
const LONGEST_LOOK = 1500;

export interface Eyes {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly captioner: Captioner;
}

/** The frames could not be shown or the model could not look; the message says why, to a person. */
export class BlindError extends Error {}

const sentences = (...parts: readonly string[]) =>
  parts
    .filter(Boolean)
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(' ');

/** Turns what keeps a model from looking into BlindError; the signal's reason and defects stay as they are. */
async function seeing<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof UnavailableError)
      throw new BlindError(sentences(error.message, error.remedy), { cause: error });
    if (error instanceof FailureError)
      throw new BlindError(sentences(error.failure.reason, error.failure.remedy), { cause: error });
    throw error;
  }
}

async function framesAt(
  { decoder, captioner }: Eyes,
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

/** Did the model say that there is nothing? */
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
 * What is seen in a clip with the question in hand, '' where it shows nothing of it. Rejects with BlindError, and with
 * the signal's reason.
 */
export function lookAtClip(
  eyes: Eyes,
  source: Pick<Source, 'uri' | 'lines'> & { readonly clip: TimeRange },
  question: string,
  signal: AbortSignal,
): Promise<string> {
  const { captioner } = eyes;
  const { frames, words } = captioner.budget;
  const { uri, clip, lines } = source;
  return seeing(async () => {
    const times = frameTimes(clip, frames);
    const pictures = await framesAt(eyes, uri, times, signal);
    const heard = lines.filter((line) => overlapMs(line, clip) > 0);
    const prompt = lookPrompt(clip, times.slice(0, pictures.length), heard, question, { words });
    const text = await captioner.look({ pictures, prompt }, CLIP_TOKENS, () => undefined, signal);
    return isNoAnswer(text) ? '' : text.slice(0, LONGEST_LOOK).trim();
  });
}

/**
 * Shows a whole video to the model with the question, its clips numbered from 1 as `sources` are. Each piece of what it
 * writes is told as it comes. Rejects as `lookAtClip` does.
 */
export function lookAtWhole(
  eyes: Eyes,
  sources: readonly Source[],
  question: string,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const { captioner } = eyes;
  const { frames, words } = captioner.budget;
  const [first] = sources;
  const last = sources.at(-1);
  return seeing(async () => {
    if (!first || !last) return '';
    const times = frameTimes({ startMs: first.startMs, endMs: last.endMs }, frames);
    const pictures = await framesAt(eyes, first.uri, times, signal);
    const prompt = wholePrompt(
      sources.map(({ range }) => range),
      times.slice(0, pictures.length),
      sources.flatMap(({ lines }) => lines),
      question,
      { words },
    );
    return captioner.look({ pictures, prompt }, WHOLE_TOKENS, onDelta, signal);
  });
}

/** What a look found, as a line of its clip. */
export function seenLine(text: string, clip: TimeRange, captioner: Captioner): Line {
  const { startMs, endMs } = clip;
  return { kind: 'caption', text, startMs, endMs, source: captioner.name };
}
