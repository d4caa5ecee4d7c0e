import type { Ms, TimeRange, Uri } from '../../core/domain/time-range.ts';
import { toModelRevision, toVectorId, type VectorRow } from '../../core/domain/vector.ts';
import { hasPictures, type VideoRecord } from '../../core/domain/video.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { frameTimes } from '../../core/generation/caption-prompt.ts';
import { isSameImage } from '../../core/media/same-image.ts';
import { toReadingKey } from '../../core/media/track-selection.ts';
import { splitExtent } from '../../core/pipeline/extent.ts';
import { hashText } from '../../core/text/hash-text.ts';
import { legacyHashText } from '../../core/text/legacy-hash.ts';
import type { Decoder, Picture } from '../../ports/decoder.ts';
import type { FrameEmbedder } from '../../ports/frame-embedder.ts';
import type { WaitForTurn } from '../priority-gate.ts';
import type { WorkerStageDeps } from './stage-deps.ts';
import type { StageRunner } from './stage-runner.ts';

/** Version of the frame selection; increase it to embed all frames again. */
const EMBED_FRAMES_VERSION = 'embedFrames 1';
/** Number of frames per clip: at its start, middle and end. */
const FRAMES_PER_CLIP = 3;

export interface FrameVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly clips: readonly TimeRange[];
}

export interface EmbedFramesDeps {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly embedder: FrameEmbedder;
  /** Awaited before each batch, so that a question goes first. */
  readonly turn: WaitForTurn;
}

/** Returns what the frame vectors of a content depend on, for the recipe. */
export function embedFramesFingerprint(
  clips: readonly TimeRange[],
  model: FrameEmbedder,
  lostCount: number,
  hash: (text: string) => string = hashText,
): string {
  const edges = hash(JSON.stringify(clips.map(({ endMs }) => endMs)));
  return `${EMBED_FRAMES_VERSION} ${toModelRevision(model)}${lostCount > 0 ? ` lost ${lostCount}` : ''} ${model.framePx} px ${edges}`;
}

/**
 * Returns the recipe for a recording, also when it is complete. It leaves out the edges of clips, because those of finished
 * clips stay, and names what they follow from instead.
 */
function toGrowingRecipe({ done }: VideoRecord, model: FrameEmbedder, lostCount: number): string {
  const lostKey = lostCount > 0 ? ` lost ${lostCount}` : '';
  const factsKey = hashText(splitExtent(done.facts ?? '').base);
  return `${EMBED_FRAMES_VERSION} recording ${toModelRevision(model)}${lostKey} ${model.framePx} px ${factsKey}`;
}

/** Returns the frame times of all clips, each with the part of its clip that it represents. */
function chooseFrameRanges(clips: readonly TimeRange[]): ReadonlyMap<Ms, TimeRange> {
  const rangesByTime = new Map<Ms, TimeRange>();
  for (const clip of clips) {
    const times = frameTimes(clip, FRAMES_PER_CLIP);
    const partStartMs = (part: number) =>
      clip.startMs + Math.round(((clip.endMs - clip.startMs) * part) / times.length);
    for (const [i, timeMs] of times.entries())
      rangesByTime.set(timeMs, { startMs: partStartMs(i), endMs: partStartMs(i + 1) });
  }
  return rangesByTime;
}

/** A picture with the time range in which the video shows nothing else. */
interface FrameToEmbed {
  readonly picture: Picture;
  readonly startMs: Ms;
  endMs: Ms;
}

/**
 * Embeds a few frames of each clip. A frame that looks like the previous one extends the range of that one
 * instead. The next batch is decoded while the model runs. Rejects with MediaFailureError for bad media,
 * ModelUnavailableError if the model cannot serve, and the signal's reason.
 */
export async function embedVideoFrames(
  { videoId, uri, clips }: FrameVideo,
  { decoder, embedder, turn }: EmbedFramesDeps,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<readonly VectorRow[]> {
  const rangesByTime = chooseFrameRanges(clips);
  const ranges = [...rangesByTime.values()];
  const box = { width: embedder.framePx, height: embedder.framePx };
  const stop = new AbortController();
  const combinedSignal = AbortSignal.any([signal, stop.signal]);
  const frames = decoder.frames(uri, [...rangesByTime.keys()], box, combinedSignal)[Symbol.asyncIterator]();
  let decodedCount = 0;
  let lastFrame: FrameToEmbed | undefined;
  /** Returns the next batch of frames, fewer at the end. The range of the last frame may still grow. */
  async function collectBatch(): Promise<readonly FrameToEmbed[]> {
    const batch: FrameToEmbed[] = [];
    while (batch.length < Math.max(1, embedder.batch)) {
      const next = await frames.next();
      if (next.done) break;
      const range = ranges[decodedCount];
      decodedCount += 1;
      if (!range) continue;
      if (lastFrame && lastFrame.endMs === range.startMs && isSameImage(lastFrame.picture, next.value)) {
        lastFrame.endMs = range.endMs;
      } else {
        lastFrame = { picture: next.value, ...range };
        batch.push(lastFrame);
      }
    }
    return batch;
  }
  const startNextBatch = () => {
    const batch = collectBatch();
    // Awaited in the next iteration; until then a rejection must not count as unhandled.
    batch.catch(() => undefined);
    return batch;
  };
  const embeddedFrames: { readonly frame: FrameToEmbed; readonly vector: Float32Array }[] = [];
  try {
    let nextBatch = startNextBatch();
    for (;;) {
      const batch = await nextBatch;
      if (batch.length === 0) break;
      nextBatch = startNextBatch();
      await turn(signal);
      const vectors = await embedder.embedPictures(
        batch.map(({ picture }) => picture),
        signal,
      );
      for (const [i, frame] of batch.entries()) {
        const vector = vectors[i];
        if (vector) embeddedFrames.push({ frame, vector });
      }
      onShare(Math.min(1, decodedCount / Math.max(1, ranges.length)));
    }
  } finally {
    stop.abort();
    await frames.return?.().catch(() => undefined);
  }
  return embeddedFrames.map(({ frame: { picture, startMs, endMs }, vector }) => {
    const row = { videoId, uri: '', kind: 'frame', startMs, endMs, made: String(picture.timeMs) } as const;
    return { id: toVectorId(row), ...row, vector };
  });
}

/** Creates the stage that embeds a few frames of each clip, so that a search finds pictures that no text describes. */
export function createEmbedFramesStage({
  media,
  frameEmbedder,
  store,
  settings,
}: WorkerStageDeps): StageRunner {
  return {
    plan: {
      stage: 'embedFrames',
      lane: 'deep',
      after: ['facts'],
      content: (record, copies) => {
        const model = frameEmbedder();
        if (!model || !hasPictures(record.probe) || record.failures.facts) return undefined;
        const growingRecipe = toGrowingRecipe(record, model, store.lostVectorCount());
        const isFollowed = splitExtent(record.done.probe ?? '').extent !== undefined;
        const readingKey = toReadingKey(record.probe, copies, settings()['media.tracks'], ['video']);
        const toRecipe = (hash: (text: string) => string) =>
          `${embedFramesFingerprint(record.clips, model, store.lostVectorCount(), hash)}${readingKey}`;
        const { embedFrames: storedRecipe } = record.done;
        if (isFollowed || splitExtent(storedRecipe ?? '').base === `${growingRecipe}${readingKey}`)
          return `${growingRecipe}${readingKey}`;
        const recipe = toRecipe(hashText);
        if (storedRecipe === undefined || storedRecipe === recipe) return recipe;
        // The work was done before layout 3 of the index: it stays valid.
        const legacyRecipe = toRecipe(legacyHashText);
        return storedRecipe === legacyRecipe ? legacyRecipe : recipe;
      },
    },
    async run({ copy, record, recording, turn }, onShare, signal) {
      if (record === undefined) return {};
      const embedder = frameEmbedder();
      if (embedder === undefined)
        throw new ModelUnavailableError('No frame embedder is available.', 'Set models.frameEmbedder.');
      const { videoId, uri } = copy;
      const ports = { decoder: media, embedder, turn };
      const fromMs = recording?.fromMs ?? 0;
      const clips = record.clips.filter(({ startMs }) => startMs >= fromMs);
      const space = { role: 'frame', model: toModelRevision(embedder) } as const;
      const storedRows = fromMs === 0 ? [] : await store.vectors(space, videoId, '');
      const earlierRows = storedRows.filter(({ startMs }) => startMs < fromMs);
      const newRows = await embedVideoFrames({ videoId, uri, clips }, ports, onShare, signal);
      return { vectors: [{ videoId, uri: '', ...space, rows: [...earlierRows, ...newRows] }] };
    },
  };
}
