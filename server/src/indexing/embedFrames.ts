import { looksAlike } from '../core/alike.ts';
import { frameTimes } from '../core/captionPrompt.ts';
import { hashText } from '../core/hash.ts';
import type { Ms, TimeRange, Uri } from '../core/range.ts';
import { modelOf, type VectorRow, vectorId } from '../core/vector.ts';
import type { Decoder, Picture } from '../ports/decoder.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Turn } from './turns.ts';

/** How Frames are chosen; another number embeds all of them anew. */
const VERSION = 'embedFrames 1';
/** Frames looked at of a Clip: its first moments, its middle and its last. */
const FRAMES = 3;

export interface LookedAt {
  readonly videoId: string;
  readonly uri: Uri;
  readonly clips: readonly TimeRange[];
}

export interface EmbedFramesPorts {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly embedder: FrameEmbedder;
  /** Asked before each batch: a question goes first. */
  readonly turn: Turn;
}

/** What the vectors of a content's Frames rest on, for the Recipe. */
export function embedFramesRecipe(clips: readonly TimeRange[], model: FrameEmbedder, lost: number): string {
  const edges = hashText(JSON.stringify(clips.map(({ endMs }) => endMs)));
  return `${VERSION} ${modelOf(model)}${lost > 0 ? ` lost ${lost}` : ''} ${model.framePx} px ${edges}`;
}

/** The Frames of all Clips, and the part of its Clip that each stands for. */
function moments(clips: readonly TimeRange[]): ReadonlyMap<Ms, TimeRange> {
  const found = new Map<Ms, TimeRange>();
  for (const clip of clips) {
    const times = frameTimes(clip, FRAMES);
    const at = (part: number) =>
      clip.startMs + Math.round(((clip.endMs - clip.startMs) * part) / times.length);
    for (const [i, timeMs] of times.entries()) found.set(timeMs, { startMs: at(i), endMs: at(i + 1) });
  }
  return found;
}

/** A picture with the stretch of time over which nothing else is seen. */
interface Look {
  readonly picture: Picture;
  readonly startMs: Ms;
  endMs: Ms;
}

/**
 * Embeds a few Frames of each Clip; one that looks like the one before it lends it its time instead. The next ones are
 * decoded while the model looks. Rejects with FailureError for bad media, UnavailableError where the model cannot
 * serve, and with the signal's reason.
 */
export async function embedVideoFrames(
  { videoId, uri, clips }: LookedAt,
  { decoder, embedder, turn }: EmbedFramesPorts,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<readonly VectorRow[]> {
  const wanted = moments(clips);
  const ranges = [...wanted.values()];
  const box = { width: embedder.framePx, height: embedder.framePx };
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const frames = decoder.frames(uri, [...wanted.keys()], box, both)[Symbol.asyncIterator]();
  let seen = 0;
  let last: Look | undefined;
  /** The next batch of looks, the last of which is still open; fewer at the end. */
  async function collect(): Promise<readonly Look[]> {
    const batch: Look[] = [];
    while (batch.length < Math.max(1, embedder.batch)) {
      const next = await frames.next();
      if (next.done) break;
      const range = ranges[seen];
      seen += 1;
      if (!range) continue;
      if (last && last.endMs === range.startMs && looksAlike(last.picture, next.value)) {
        last.endMs = range.endMs;
      } else {
        last = { picture: next.value, ...range };
        batch.push(last);
      }
    }
    return batch;
  }
  const ahead = () => {
    const batch = collect();
    // Awaited one turn later; until then a rejection is not unhandled.
    batch.catch(() => undefined);
    return batch;
  };
  const looks: { readonly look: Look; readonly vector: Float32Array }[] = [];
  try {
    let next = ahead();
    for (;;) {
      const batch = await next;
      if (batch.length === 0) break;
      next = ahead();
      await turn(signal);
      const vectors = await embedder.embedPictures(
        batch.map(({ picture }) => picture),
        signal,
      );
      for (const [i, look] of batch.entries()) {
        const vector = vectors[i];
        if (vector) looks.push({ look, vector });
      }
      onShare(Math.min(1, seen / Math.max(1, ranges.length)));
    }
  } finally {
    stop.abort();
    await frames.return?.().catch(() => undefined);
  }
  return looks.map(({ look: { picture, startMs, endMs }, vector }) => {
    const of = { videoId, uri: '', kind: 'frame', startMs, endMs, made: String(picture.timeMs) } as const;
    return { id: vectorId(of), ...of, vector };
  });
}
