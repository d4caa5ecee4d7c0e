// Synthetic videos for the search bench: an hour a video, one 60 s window every 30 s, words by Zipf's law.

import { toVectorId } from '../../server/src/core/domain/vector.ts';
import { analyse, toLanguageTerm } from '../../server/src/core/language/tokenizer.ts';
import { toPassageId } from '../../server/src/core/ranking/build-passages.ts';

/** A repeatable source of numbers in 0..1 (Lehmer). */
export function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Draws ranks 0..size-1 by Zipf's law with exponent 1. */
export function zipf(size, random) {
  const sums = new Float64Array(size);
  let sum = 0;
  for (let rank = 0; rank < size; rank += 1) {
    sum += 1 / (rank + 8);
    sums[rank] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const letters = 'etaoinshrdlucmfw';
/** A word for a rank: short for common ones, unlike for every two. */
export function wordOf(rank) {
  let word = '';
  for (let rest = rank + 17; rest > 0; rest = Math.floor(rest / 16)) word += letters[rest % 16];
  return word;
}

const terms = new Map();
/** A word as the index holds it. */
function termOf(word) {
  let term = terms.get(word);
  if (term === undefined) {
    term = analyse(word, 'en') || word;
    terms.set(word, term);
  }
  return term;
}

/** Where the videos would lie; there is no such folder, so that a daemon takes it for a drive that is not there. */
export const FOLDER = 'file:///goldfish-bench/videos';
const CLIPS_A_VIDEO = 120;
const WORDS_A_PASSAGE = 75;

/** One video's batch: its copy, record, outline and passages. */
export function videoBatch(number, clips, draw) {
  const videoId = `v${number.toString(16).padStart(31, '0')}`;
  const uri = `${FOLDER}/folder%20${number % 50}/talk%20${number}.mp4`;
  const rows = Array.from({ length: clips }, (_, at) => {
    const startMs = at * 30_000;
    const words = Array.from({ length: WORDS_A_PASSAGE }, () => wordOf(draw()));
    const lines = Array.from({ length: 12 }, (_, line) => ({
      kind: 'speech',
      startMs: startMs + line * 5_000,
      endMs: startMs + line * 5_000 + 5_000,
      text: `and then the ${words.slice(line * 6, line * 6 + 6).join(' of the ')} as we said`,
      language: 'en',
      source: `talk ${number}.srt`,
      speaker: line % 2 ? 'Ana' : 'Ben',
    }));
    return {
      id: toPassageId(videoId, '', startMs),
      videoId,
      uri: '',
      startMs,
      endMs: startMs + 60_000,
      terms: `${words.map(termOf).join(' ')} ${toLanguageTerm('en')}`,
      lines,
    };
  });
  const done = { probe: '1', cues: '1', facts: '1', screenText: '1' };
  return {
    passages: [{ videoId, uri: '', rows }],
    outlines: [
      {
        uri,
        videoId,
        title: `talk ${number}`,
        terms: rows
          .filter((_, at) => at % 2 === 0)
          .map((row) => row.terms)
          .join(' '),
      },
    ],
    videos: [
      {
        videoId,
        probe: {
          container: 'mov,mp4',
          durationMs: clips * 30_000,
          streams: [
            { index: 0, kind: 'video', codec: 'h264', width: 1280, height: 720, framesPerSecond: 30 },
          ],
          chapters: [],
        },
        done,
        failures: {},
        clips: rows.map(({ startMs }) => ({ startMs, endMs: startMs + 30_000 })),
      },
    ],
    copies: [
      {
        uri,
        path: decodeURI(uri.slice(7)),
        videoId,
        bytes: 100_000_000 + number,
        modifiedMs: 1_700_000_000_000 + number,
        sample: videoId,
        sidecars: [{ uri: `${uri}.srt`, bytes: 40_000, modifiedMs: 1_700_000_000_000 }],
        holders: [FOLDER],
        done: { probe: '1', cues: '1' },
        failures: {},
        forgotten: false,
        recordedMs: 1_700_000_000_000,
      },
    ],
  };
}

/** A repeatable direction in `dimension` dimensions, of length 1. */
export function directionOf(seed, dimension) {
  const random = randomOf(1 + (seed % 2_000_000_000));
  const vector = Float32Array.from({ length: dimension }, () => random() + random() + random() - 1.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** A speech and a caption vector for each clip of a video, in directions that mean nothing. */
function vectorsOf({ videos: [{ videoId, clips }] }, number, { model, dimension }) {
  const rows = clips.flatMap((clip, at) =>
    ['speech', 'caption'].map((kind, i) => {
      const of = { videoId, uri: '', kind, ...clip, made: String(at) };
      return { id: toVectorId(of), ...of, vector: directionOf(1 + number * 1_000 + at * 2 + i, dimension) };
    }),
  );
  return [{ role: 'text', model, videoId, uri: '', rows }];
}

/** Fills a store with about `clips` passages and folds it; with vectors of a model and dimension where they are named. */
export async function fill(store, clips, signal, vectors) {
  const draw = zipf(60_000, randomOf(7));
  let waiting = [];
  for (let number = 0; number * CLIPS_A_VIDEO < clips; number += 1) {
    const batch = videoBatch(number, Math.min(CLIPS_A_VIDEO, clips - number * CLIPS_A_VIDEO), draw);
    waiting.push(store.commit(vectors ? { ...batch, vectors: vectorsOf(batch, number, vectors) } : batch));
    if (waiting.length === 8) {
      await Promise.all(waiting);
      waiting = [];
    }
  }
  await Promise.all(waiting);
  await store.optimize(signal);
}

/** Queries of two to five words, as common as people's content words are. */
export function queriesOf(count) {
  const random = randomOf(11);
  const draw = zipf(20_000, random);
  return Array.from({ length: count }, () =>
    Array.from({ length: 2 + Math.floor(random() * 4) }, () => wordOf(draw())).join(' '),
  );
}
