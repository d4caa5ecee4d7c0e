import assert from 'node:assert/strict';
import test from 'node:test';
import { applyCorrections } from '../../server/src/core/corrections/apply-corrections.ts';
import { type Correction, hashCorrections } from '../../server/src/core/corrections/correction.ts';
import {
  withLineCorrection,
  withoutCorrection,
  withSpeakerCorrection,
  withTag,
} from '../../server/src/core/corrections/edit-corrections.ts';
import type { Line } from '../../server/src/core/domain/description.ts';

const said = (startMs: number, endMs: number, text: string, more: Partial<Line> = {}): Line => ({
  kind: 'speech',
  startMs,
  endMs,
  text,
  source: 'talk.srt',
  ...more,
});

const caption = (startMs: number, endMs: number, text: string, source: string): Line => ({
  kind: 'caption',
  startMs,
  endMs,
  text,
  source,
});

const shownOf = (lines: readonly Line[], corrections: readonly Correction[]): readonly Line[] => {
  const { rows, added } = applyCorrections([{ lines }], corrections);
  return [...rows.flatMap((row) => row.lines), ...added];
};
const texts = (lines: readonly Line[]) => lines.map(({ text }) => text);

/** Corrects the shown line that reads so. */
function correct(
  lines: readonly Line[],
  before: readonly Correction[],
  text: string,
  change: { readonly text?: string; readonly speaker?: string },
  madeMs = 1,
): readonly Correction[] {
  const line = shownOf(lines, before).find((one) => one.text === text);
  assert.ok(line, text);
  const after = withLineCorrection(before, line, change, madeMs);
  assert.ok(after);
  return after;
}

const TALK = [said(0, 4000, 'A cold fish swims.'), said(5000, 9000, 'It forgets.', { speaker: 'Speaker 1' })];

test('given a corrected line, then it keeps its time and source, and the text it replaced', () => {
  const corrections = correct(TALK, [], 'A cold fish swims.', { text: 'A goldfish swims.' });
  const [line, other] = shownOf(TALK, corrections);
  assert.deepEqual(line, {
    ...said(0, 4000, 'A goldfish swims.'),
    corrected: { id: corrections[0]?.id, text: 'A cold fish swims.' },
  });
  assert.deepEqual(other, TALK[1]);
});

test('given a second correction, then it replaces the first; given the original text, then there is none', () => {
  const once = correct(TALK, [], 'A cold fish swims.', { text: 'A goldfish swims.' });
  const twice = correct(TALK, once, 'A goldfish swims.', { text: 'The goldfish swims.', speaker: 'Ana' }, 2);
  assert.equal(twice.length, 1);
  assert.deepEqual(texts(shownOf(TALK, twice)), ['The goldfish swims.', 'It forgets.']);
  assert.equal(shownOf(TALK, twice)[0]?.corrected?.text, 'A cold fish swims.');
  const back = correct(TALK, twice, 'The goldfish swims.', { text: 'A cold fish swims.', speaker: '' }, 3);
  assert.deepEqual(back, []);
});

test('given an empty text, then the line is hidden; when the correction is removed, then it is back', () => {
  const corrections = correct(TALK, [], 'It forgets.', { text: '' });
  assert.deepEqual(texts(shownOf(TALK, corrections)), ['A cold fish swims.']);
  assert.deepEqual(shownOf(TALK, withoutCorrection(corrections, corrections[0]?.id ?? '')), TALK);
});

test('given a line with other case and punctuation, then its correction applies, at its time only', () => {
  const corrections = correct(TALK, [], 'A cold fish swims.', { text: 'A goldfish swims.' });
  const anew = [
    said(500, 4200, 'a cold fish swims', { source: 'other.vtt' }),
    said(60_000, 64_000, 'A cold fish swims.'),
  ];
  assert.deepEqual(texts(shownOf(anew, corrections)), ['A goldfish swims.', 'A cold fish swims.']);
});

test('given captions by another model, then the corrected caption replaces those of its range', () => {
  const before = [
    caption(0, 10_000, 'A red car.', 'small-vlm'),
    caption(10_000, 20_000, 'A tree.', 'small-vlm'),
  ];
  const corrections = correct(before, [], 'A red car.', { text: 'A fire engine.' });
  const anew = [
    caption(0, 6000, 'A vehicle on a road.', 'large-vlm'),
    caption(6000, 12_000, 'Smoke rises.', 'large-vlm'),
    caption(12_000, 20_000, 'An oak.', 'large-vlm'),
  ];
  const [first, ...others] = shownOf(anew, corrections);
  assert.deepEqual(
    [first?.text, first?.startMs, first?.endMs, first?.corrected?.text],
    ['A fire engine.', 0, 10_000, 'A vehicle on a road. Smoke rises.'],
  );
  assert.deepEqual(texts(others), ['An oak.']);
});

test('given a line in another language or an edited one in the same file, then only the latter is replaced', () => {
  const german = said(0, 4000, 'Ein kalter Fisch.', { language: 'de', source: 'talk.de.srt' });
  const english = said(0, 4000, 'A cold fish.', { language: 'en', source: 'talk.en.srt' });
  const corrections = correct([english, german], [], 'A cold fish.', { text: 'A goldfish.' });
  assert.deepEqual(texts(shownOf([german], corrections)), ['Ein kalter Fisch.', 'A goldfish.']);
  const edited = [said(0, 4000, 'A bold fish.', { language: 'en', source: 'talk.en.srt' })];
  const heard = [said(0, 4000, 'A gold fish is here.', { language: 'en', source: 'whisper' })];
  assert.deepEqual(texts(shownOf([...edited, ...heard], corrections)), [
    'A goldfish.',
    'A gold fish is here.',
  ]);
});

test('given no lines any more, then a corrected line stands alone and a corrected speaker does not', () => {
  const corrections = correct(TALK, [], 'A cold fish swims.', { text: 'A goldfish swims.' });
  const [line] = shownOf([], corrections);
  assert.deepEqual(
    [line?.text, line?.startMs, line?.corrected?.text],
    ['A goldfish swims.', 0, 'A cold fish swims.'],
  );
  const speakerAlone = correct(TALK, [], 'It forgets.', { speaker: 'Ben' });
  assert.deepEqual(shownOf([], speakerAlone), []);
});

test('given a renamed speaker, then it applies to the whole video, and the name of a single line wins', () => {
  const lines = [
    said(0, 1000, 'One.', { speaker: 'Speaker 1' }),
    said(1000, 2000, 'Two.', { speaker: 'Speaker 2' }),
    said(2000, 3000, 'Three.', { speaker: 'Speaker 1' }),
    said(3000, 4000, 'Four.'),
  ];
  const labels = new Set(['Speaker 1', 'Speaker 2', '']);
  const speakers = (corrections: readonly Correction[]) =>
    shownOf(lines, corrections).map(({ speaker }) => speaker);
  const ana = withSpeakerCorrection([], labels, 'Speaker 1', 'Ana', 1) ?? [];
  assert.deepEqual(speakers(ana), ['Ana', 'Speaker 2', 'Ana', undefined]);
  const one = correct(lines, ana, 'Three.', { speaker: 'Ben' }, 2);
  assert.deepEqual(speakers(one), ['Ana', 'Speaker 2', 'Ben', undefined]);
  const anna = withSpeakerCorrection(one, labels, 'Ana', 'Anna', 3) ?? [];
  assert.deepEqual(speakers(anna), ['Anna', 'Speaker 2', 'Ben', undefined]);
  const cleo = withSpeakerCorrection(anna, labels, '', 'Cleo', 4) ?? [];
  assert.deepEqual(speakers(cleo), ['Anna', 'Speaker 2', 'Ben', 'Cleo']);
  assert.equal(shownOf(lines, cleo)[0]?.corrected?.speaker, 'Speaker 1');
  const back = withSpeakerCorrection(cleo, labels, 'Anna', 'Speaker 1', 5) ?? [];
  assert.deepEqual(speakers(back), ['Speaker 1', 'Speaker 2', 'Ben', 'Cleo']);
  assert.equal(withSpeakerCorrection(cleo, labels, 'Nobody', 'X', 6), undefined);
});

test('given a tag twice on one range, then it is one line', () => {
  const range = { startMs: 1000, endMs: 8000 };
  const once = withTag([], range, 'trailer', 1);
  const twice = withTag(once, range, 'Trailer', 2);
  assert.equal(twice.length, 1);
  assert.deepEqual(shownOf(TALK, twice).at(-1), { kind: 'tag', ...range, text: 'Trailer', source: 'tag' });
});

test('given no corrections, then rows are the same object; given some, then the hash differs', () => {
  const rows = [{ lines: [TALK[0]].filter((line) => line !== undefined) }, { lines: [] }];
  assert.equal(applyCorrections(rows, []).rows, rows);
  assert.equal(hashCorrections([]), '');
  assert.notEqual(hashCorrections(withTag([], TALK[0] ?? said(0, 1, ''), 'x', 1)), '');
});

test('given facts, titles and tags, when corrected, then it is refused', () => {
  for (const kind of ['facts', 'title', 'tag'] as const)
    assert.equal(withLineCorrection([], { ...said(0, 1, 'x'), kind }, { text: 'y' }, 1), undefined);
});
