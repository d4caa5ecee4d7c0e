import { join } from 'node:path';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { readJsonFile, readPath } from '../../base/read-json-file.ts';
import type { TimeRange } from '../../core/domain/time-range.ts';
import { SPEECH_SAMPLE_RATE_HZ } from '../../core/media/voice-activity.ts';
import { decodePowerset, listPowersetClasses } from '../../core/speakers/decode-powerset.ts';
import {
  FILTER_BANK_BANDS,
  GE2E_BANDS,
  toFilterBank,
  toGe2eFeatures,
} from '../../core/speakers/mel-features.ts';
import { splitTurns } from '../../core/speakers/split-turns.ts';
import { type HeardWindow, normalisePrint, type VoiceTrack } from '../../core/speakers/voice-track.ts';
import { type HeardSound, type SoundWindow, VOICE_WINDOW_MS } from '../../ports/diariser.ts';
import { findDiariserLayout } from './diariser-layout.ts';
import { listModelFiles } from './list-model-files.ts';
import type { Disposable, ModelLoader } from './loaded-model.ts';
import { openSession } from './open-session.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

/** Returns a unit vector that describes the voice in samples. */
type EmbedVoice = (samples: Float32Array) => Promise<Float32Array>;

/** Says which speakers are heard in each frame: bits as `decodePowerset` returns them. */
type FindSpeakers = (samples: Float32Array) => Promise<Uint16Array>;

export interface LoadedDiariser extends Disposable {
  readonly embedVoice: EmbedVoice;
  readonly findSpeakers: FindSpeakers | undefined;
  readonly minSimilarity: number;
}

const SAMPLES_PER_MS = SPEECH_SAMPLE_RATE_HZ / 1000;
/** Most speakers that a segmentation network tells apart in a window. */
const MAX_WINDOW_SPEAKERS = 16;
/** A voice that is heard alone for less than this is described by all of its sound, ms. */
const MIN_CLEAN_MS = 400;
/** Sound of a voice below this describes nothing, ms. */
const MIN_PRINT_MS = 250;
/** Sound of one voice that a print is made from at most, ms. More costs time and adds little. */
const MAX_PRINT_MS = 4000;
/** Length of the sound that GE2E knows, in frames of 10 ms, and the step between two of its windows. */
const GE2E_FRAMES = 160;
const GE2E_STEP_FRAMES = 80;
/** The same for speech without a segmentation, ms. */
const PART_MS = 1600;
const PART_STEP_MS = 800;
/** Mean cosines from which prints belong to one voice: between those of equal and of different voices. */
const GE2E_MIN_SIMILARITY = 0.75;
const FILTER_BANK_MIN_SIMILARITY = 0.55;
const DISCOVERY_REMEDY =
  'Choose a folder with an ONNX graph that describes voices (GE2E, WeSpeaker, CAM++), and if possible one of pyannote-segmentation in a subfolder "segmentation".';

async function runSession(
  session: InferenceSession,
  data: Float32Array,
  shape: readonly number[],
): Promise<{ readonly data: Float32Array; readonly shape: readonly number[] }> {
  const [inputName = ''] = session.inputNames;
  const outputs = await session.run({ [inputName]: new Tensor('float32', data, shape) });
  const vectors = session.outputNames.flatMap((name) => outputs[name] ?? []);
  const output = vectors.find((vector) => vector.data instanceof Float32Array);
  if (!(output?.data instanceof Float32Array)) throw new Error('The graph returned no numbers.');
  return { data: output.data, shape: output.dims };
}

/** Embeds windows of 1.6 s in one batch and returns their mean. */
async function embedWithGe2e(session: InferenceSession, samples: Float32Array): Promise<Float32Array> {
  const { frames, data } = toGe2eFeatures(samples);
  const count = Math.max(1, Math.ceil((frames - GE2E_FRAMES) / GE2E_STEP_FRAMES) + 1);
  const batch = new Float32Array(count * GE2E_FRAMES * GE2E_BANDS);
  for (let n = 0; n < count; n += 1) {
    const start = Math.max(0, Math.min(n * GE2E_STEP_FRAMES, frames - GE2E_FRAMES));
    const part = data.subarray(start * GE2E_BANDS, (start + GE2E_FRAMES) * GE2E_BANDS);
    // A shorter sound is repeated: silence would be part of the voice.
    for (let at = 0; at < GE2E_FRAMES * GE2E_BANDS; at += part.length)
      batch.set(part.subarray(0, GE2E_FRAMES * GE2E_BANDS - at), n * GE2E_FRAMES * GE2E_BANDS + at);
  }
  const output = await runSession(session, batch, [count, GE2E_FRAMES, GE2E_BANDS]);
  const size = output.data.length / count;
  const sum = new Float32Array(size);
  for (const [i, value] of output.data.entries()) sum[i % size] = (sum[i % size] ?? 0) + value;
  return normalisePrint(sum);
}

async function embedWithFilterBank(session: InferenceSession, samples: Float32Array): Promise<Float32Array> {
  const { frames, data } = toFilterBank(samples);
  const output = await runSession(session, data, [1, frames, FILTER_BANK_BANDS]);
  return normalisePrint(output.data);
}

interface VoiceEmbedder {
  readonly embedVoice: EmbedVoice;
  readonly minSimilarity: number;
}

function createVoiceEmbedder(session: InferenceSession, path: string): VoiceEmbedder {
  const [input] = session.inputMetadata;
  const bands = input?.isTensor === true ? input.shape.at(-1) : undefined;
  if (bands === GE2E_BANDS)
    return { minSimilarity: GE2E_MIN_SIMILARITY, embedVoice: (samples) => embedWithGe2e(session, samples) };
  if (bands === FILTER_BANK_BANDS)
    return {
      minSimilarity: FILTER_BANK_MIN_SIMILARITY,
      embedVoice: (samples) => embedWithFilterBank(session, samples),
    };
  throw new UnsupportedModelError(
    `The graph ${path} takes neither 40 bands (GE2E) nor 80 bands (WeSpeaker, CAM++)`,
    DISCOVERY_REMEDY,
  );
}

function createFindSpeakers(session: InferenceSession, path: string): FindSpeakers {
  return async (samples) => {
    const { data, shape } = await runSession(session, samples, [1, 1, samples.length]);
    const [, frames = 0, classes = 0] = shape;
    const sets = listPowersetClasses(classes);
    if (!sets)
      throw new UnsupportedModelError(
        `The graph ${path} has ${classes} classes, which stand for no sets of speakers`,
        DISCOVERY_REMEDY,
      );
    return decodePowerset({ frames, classes, data }, sets);
  };
}

/** Returns the ranges of frames that pass, in ms. */
function toFrameRanges(
  masks: Uint16Array,
  frameMs: number,
  passes: (mask: number) => boolean,
  lengthMs: number,
): readonly TimeRange[] {
  const ranges: { startMs: number; endMs: number }[] = [];
  let isOpen = false;
  for (const [frame, mask] of masks.entries()) {
    const [startMs, endMs] = [frame * frameMs, Math.min(lengthMs, (frame + 1) * frameMs)];
    const isActive = passes(mask) && startMs < lengthMs;
    const last = ranges.at(-1);
    if (isActive && isOpen && last) last.endMs = endMs;
    else if (isActive) ranges.push({ startMs, endMs });
    isOpen = isActive;
  }
  return ranges;
}

const sumMs = (ranges: readonly TimeRange[]): number =>
  ranges.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

/** Returns the parts of ranges that lie in others. */
function intersect(ranges: readonly TimeRange[], others: readonly TimeRange[]): readonly TimeRange[] {
  return ranges.flatMap((range) =>
    others.flatMap((other) => {
      const startMs = Math.max(range.startMs, other.startMs);
      const endMs = Math.min(range.endMs, other.endMs);
      return endMs > startMs ? [{ startMs, endMs }] : [];
    }),
  );
}

/** Joins the longest ranges of sound, in their order, up to the most that a print is made from. */
function collectSamples(samples: Float32Array, ranges: readonly TimeRange[]): Float32Array {
  let leftMs = MAX_PRINT_MS;
  const chosen: TimeRange[] = [];
  for (const { startMs, endMs } of ranges.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))) {
    if (leftMs <= 0) break;
    chosen.push({ startMs, endMs: Math.min(endMs, startMs + leftMs) });
    leftMs -= endMs - startMs;
  }
  const pieces = chosen
    .sort((a, b) => a.startMs - b.startMs)
    .map(({ startMs, endMs }) =>
      samples.subarray(Math.round(startMs * SAMPLES_PER_MS), Math.round(endMs * SAMPLES_PER_MS)),
    );
  const joined = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** Hears the speakers that a segmentation finds in a window. */
async function hearSpeakers(
  { embedVoice }: LoadedDiariser,
  findSpeakers: FindSpeakers,
  samples: Float32Array,
  signal: AbortSignal,
): Promise<HeardWindow> {
  const lengthMs = samples.length / SAMPLES_PER_MS;
  const fullLength = VOICE_WINDOW_MS * SAMPLES_PER_MS;
  const full = samples.length < fullLength ? new Float32Array(fullLength) : samples;
  if (full !== samples) full.set(samples);
  const masks = await findSpeakers(full);
  const frameMs = full.length / SAMPLES_PER_MS / Math.max(1, masks.length);
  const tracks: VoiceTrack[] = [];
  for (let speaker = 0; speaker < MAX_WINDOW_SPEAKERS; speaker += 1) {
    const bit = 1 << speaker;
    const ranges = toFrameRanges(masks, frameMs, (mask) => (mask & bit) !== 0, lengthMs);
    if (ranges.length === 0) continue;
    const cleanRanges = toFrameRanges(masks, frameMs, (mask) => mask === bit, lengthMs);
    for (const part of splitTurns(ranges)) {
      signal.throwIfAborted();
      const cleanPart = intersect(part, cleanRanges);
      const cleanMs = sumMs(cleanPart);
      const source = cleanMs >= MIN_CLEAN_MS ? cleanPart : part;
      const hasPrint = sumMs(source) >= MIN_PRINT_MS;
      const print = hasPrint ? await embedVoice(collectSamples(samples, source)) : undefined;
      tracks.push({ ranges: part, cleanMs, ...(print && { print }) });
    }
  }
  return { startMs: 0, endMs: lengthMs, tracks };
}

/** Hears parts of speech as if each contained one voice. */
async function hearParts(
  { embedVoice }: LoadedDiariser,
  { samples, speech }: SoundWindow,
  signal: AbortSignal,
): Promise<readonly HeardWindow[]> {
  const windows: HeardWindow[] = [];
  for (const range of speech) {
    const count = Math.max(1, Math.ceil((range.endMs - range.startMs - PART_MS) / PART_STEP_MS) + 1);
    for (let n = 0; n < count; n += 1) {
      signal.throwIfAborted();
      const startMs = Math.max(
        range.startMs,
        Math.min(range.startMs + n * PART_STEP_MS, range.endMs - PART_MS),
      );
      const endMs = Math.min(range.endMs, startMs + PART_MS);
      const lengthMs = endMs - startMs;
      if (lengthMs < MIN_PRINT_MS) continue;
      const part = samples.subarray(Math.round(startMs * SAMPLES_PER_MS), Math.round(endMs * SAMPLES_PER_MS));
      const track = {
        ranges: [{ startMs: 0, endMs: lengthMs }],
        cleanMs: lengthMs,
        print: await embedVoice(part),
      };
      windows.push({ startMs, endMs, tracks: [track] });
    }
  }
  return windows;
}

/** Tells the voices of a window of sound apart. */
export async function hearVoices(
  loaded: LoadedDiariser,
  window: SoundWindow,
  signal: AbortSignal,
): Promise<HeardSound> {
  signal.throwIfAborted();
  const { findSpeakers, minSimilarity } = loaded;
  const windows = findSpeakers
    ? [await hearSpeakers(loaded, findSpeakers, window.samples, signal)]
    : await hearParts(loaded, window, signal);
  return { windows, minSimilarity };
}

/** Returns the `minSimilarity` of the folder's goldfish.json. */
function readMinSimilarity(folder: string): number | undefined {
  const config = readJsonFile(folder, 'goldfish.json');
  const value = readPath(config, 'minSimilarity');
  return typeof value === 'number' && value > 0 && value < 1 ? value : undefined;
}

/** Loads the networks of a diariser. The self-test compares two sounds with moving formants. */
export const DIARISER_LOADER: ModelLoader<LoadedDiariser> = {
  async loadOn({ folder, threads }) {
    const layout = findDiariserLayout(listModelFiles(folder));
    if (!layout)
      throw new UnsupportedModelError(`${folder} has no graph that describes voices`, DISCOVERY_REMEDY);
    const embeddingPath = join(folder, layout.embedding);
    const embedding = await openSession(embeddingPath, threads);
    const embedder = createVoiceEmbedder(embedding, embeddingPath);
    const segmentationPath = layout.segmentation && join(folder, layout.segmentation);
    const segmentation = segmentationPath ? await openSession(segmentationPath, threads) : undefined;
    const findSpeakers =
      segmentation && segmentationPath ? createFindSpeakers(segmentation, segmentationPath) : undefined;
    return {
      ...embedder,
      minSimilarity: readMinSimilarity(folder) ?? embedder.minSimilarity,
      findSpeakers,
      dispose: () => Promise.all([embedding.release(), segmentation?.release()]),
    };
  },
  async runProbe({ embedVoice }) {
    const tone = Float32Array.from({ length: 16 * PART_MS }, (_, i) => 0.3 * Math.sin(i / 8));
    const chirp = tone.map((_, i) => 0.3 * Math.sin((i / 8) * (1 + i / tone.length)));
    return [[await embedVoice(tone), await embedVoice(chirp)]];
  },
};
