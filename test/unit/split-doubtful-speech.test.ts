import assert from 'node:assert/strict';
import test from 'node:test';
import type { SpeechChunk } from '../../server/src/core/media/speech-chunker.ts';
import { splitDoubtfulSpeech } from '../../server/src/core/media/split-doubtful-speech.ts';
import {
  confirmLanguage,
  findDoubtfulMs,
  type TranscriptSegment,
} from '../../server/src/core/subtitles/clean-transcript.ts';

const START_MS = 60_000;

/** A chunk of 10 s with voice at these seconds. */
function chunkOf(...voices: readonly (readonly [number, number])[]): SpeechChunk {
  return {
    startMs: START_MS,
    endMs: START_MS + 10_000,
    samples: Float32Array.from({ length: 160_000 }, (_, i) => i),
    voicedRanges: voices.map(([from, to]) => ({
      startMs: START_MS + from * 1000,
      endMs: START_MS + to * 1000,
    })),
  };
}

const at = (seconds: number) => START_MS + seconds * 1000;

test('given speech whose head is certain, when its tail is doubtful, then the tail is a piece of its own', () => {
  const [piece, ...more] = splitDoubtfulSpeech(chunkOf([0, 4], [5, 9]), at(4.5));
  assert.equal(more.length, 0);
  assert.deepEqual([piece?.startMs, piece?.endMs], [at(4.5), at(10)]);
  assert.deepEqual(piece?.voicedRanges, [{ startMs: at(5), endMs: at(9) }]);
  assert.equal(piece?.samples[0], 72_000);
  assert.equal(piece?.samples.length, 88_000);
});

test('given speech that is doubtful from its start, when split, then it parts at the longest pause', () => {
  const pieces = splitDoubtfulSpeech(chunkOf([0, 1.8], [2, 4], [4.6, 9]), at(0));
  assert.deepEqual(
    pieces.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [at(0), at(4.3)],
      [at(4.3), at(10)],
    ],
  );
});

test('given no pause, or hardly any voice, when split, then there are no pieces', () => {
  assert.deepEqual(splitDoubtfulSpeech(chunkOf([0, 9]), at(0)), []);
  assert.deepEqual(splitDoubtfulSpeech(chunkOf([0, 0.3], [5, 5.4]), at(0)), []);
  assert.deepEqual(splitDoubtfulSpeech(chunkOf([0, 8], [9.5, 9.8]), at(9)), []);
});

const segment = (startS: number, logProbability: number, noSpeech = 0.1): TranscriptSegment => ({
  text: 'some words',
  startMs: startS * 1000,
  endMs: startS * 1000 + 1000,
  logProbability,
  noSpeech,
});

test('given segments, when doubt is sought, then it starts at the first that the model was unsure of', () => {
  const chunk = chunkOf([0, 9]);
  assert.equal(findDoubtfulMs(chunk, [segment(0, -0.2), segment(4, -1.4), segment(6, -0.2)]), at(4));
  assert.equal(findDoubtfulMs(chunk, [segment(0, -0.2), segment(4, -0.9)]), undefined);
  assert.equal(findDoubtfulMs(chunk, [{ text: 'x', logProbability: -3 }]), at(0), 'without times');
  assert.equal(findDoubtfulMs(chunk, []), undefined, 'nobody speaks');
});

test('given a reported language, when the text is of another or too short, then it is not confirmed', () => {
  const cue = (text: string) => ({ kind: 'speech' as const, text, startMs: 0, endMs: 1 });
  const german = [cue('Guten Morgen, der Zug nach Hamburg fährt heute von Gleis sieben ab.')];
  assert.equal(confirmLanguage('de', german), 'de');
  assert.equal(confirmLanguage('fr', german), undefined);
  assert.equal(confirmLanguage('de', [cue('Ja.')]), undefined);
  assert.equal(confirmLanguage(undefined, german), undefined);
});
