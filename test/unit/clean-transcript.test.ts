import assert from 'node:assert/strict';
import test from 'node:test';
import {
  createLanguageVote,
  parseLanguageName,
  type TranscriptSegment,
  toTranscriptCues,
} from '../../server/src/core/subtitles/clean-transcript.ts';

const sound = {
  startMs: 60_000,
  endMs: 90_000,
  voicedRanges: [
    { startMs: 60_300, endMs: 68_000 },
    { startMs: 80_000, endMs: 89_000 },
  ],
};
const segment = (
  startS: number,
  endS: number,
  text: string,
  more: Partial<TranscriptSegment> = {},
): TranscriptSegment => ({
  startMs: startS * 1000,
  endMs: endS * 1000,
  text,
  ...more,
});
const texts = (segments: readonly TranscriptSegment[]) =>
  toTranscriptCues(sound, segments).map(({ text }) => text);

test('given segments, then cues have the time of the video, trimmed to voice', () => {
  assert.deepEqual(toTranscriptCues(sound, [segment(0, 4, ' Hello there. '), segment(4, 12, 'And on.')]), [
    { kind: 'speech', text: 'Hello there.', startMs: 60_300, endMs: 64_000 },
    { kind: 'speech', text: 'And on.', startMs: 64_000, endMs: 68_000 },
  ]);
});

test('given text where there is no voice, then it is dropped', () => {
  assert.deepEqual(texts([segment(9, 19, 'Thanks for watching!'), segment(21, 24, 'Real words.')]), [
    'Real words.',
  ]);
  assert.deepEqual(
    toTranscriptCues({ ...sound, voicedRanges: [] }, [segment(0, 4, 'Thanks.'), { text: 'No times.' }]),
    [],
  );
});

test('given segments of low probability, then they are dropped', () => {
  const unsure = segment(0, 2, 'unsure', { logProbability: -1.3 });
  const nobody = segment(0, 2, 'nobody', { noSpeech: 0.9, logProbability: -0.7 });
  const unknown = segment(0, 2, 'unknown', { noSpeech: 0.9 });
  const sure = segment(0, 2, 'sure', { noSpeech: 0.9, logProbability: -0.2 });
  assert.deepEqual(texts([unsure, nobody, unknown, sure]), ['sure']);
});

test('given names of sounds, then they are dropped', () => {
  assert.deepEqual(
    texts(
      ['[Music]', '(applause)', '♪ ♪', '*sighs*', '...', '<|nospeech|>', 'Well [laughs] yes.'].map(
        (text) => ({ text }),
      ),
    ),
    ['Well yes.'],
  );
});

test('given repeated text in one segment or many, then one is kept', () => {
  assert.deepEqual(texts([segment(0, 5, 'I think so. I think so. I think so. I think so. I think')]), [
    'I think so.',
  ]);
  assert.deepEqual(texts([segment(0, 5, 'No, no, no!')]), ['No, no, no!']);
  const again = Array.from({ length: 6 }, (_, i) => segment(i, i + 1, 'Thank you.'));
  assert.deepEqual(texts([...again, segment(20, 22, 'Now then.')]), ['Thank you.', 'Now then.']);
});

test('given wrong times, then cues stay within the audio and in order', () => {
  const wild = [
    segment(-5, 2, 'before'),
    segment(1, 900, 'beyond'),
    segment(3, 2, 'backwards'),
    segment(Number.NaN, 1, 'none'),
  ];
  const timedCues = toTranscriptCues(sound, wild);
  assert.ok(timedCues.length >= 2, `${timedCues.length}`);
  for (const { startMs, endMs } of timedCues) {
    assert.ok(startMs >= sound.startMs && endMs <= sound.endMs && startMs < endMs);
  }
});

test('given text without times, then its sentences are spread over the voice', () => {
  assert.deepEqual(toTranscriptCues(sound, [{ text: 'One two three. Four five six.' }]), [
    { kind: 'speech', text: 'One two three.', startMs: 60_300, endMs: 75_145 },
    { kind: 'speech', text: 'Four five six.', startMs: 75_145, endMs: 89_000 },
  ]);
});

test('given control characters and endless text, then they are removed and cut', () => {
  assert.deepEqual(texts([segment(0, 2, 'a\u202Eb\u0007 c')]), ['ab c']);
  assert.ok((texts([segment(0, 2, `${'word '.repeat(10)}${'x'.repeat(9000)}`)])[0] ?? '').length <= 2000);
});

test('given votes on the language, then most words win, and three stretches settle it', () => {
  const cue = (text: string) => [{ kind: 'speech', text, startMs: 0, endMs: 1 }] as const;
  const vote = createLanguageVote();
  vote.add('en', cue('Ok.'));
  vote.add('de', []);
  assert.equal(vote.settledLanguage(), undefined);
  vote.add('de', cue('Guten Tag zusammen, heute geht es um Fische.'));
  vote.add('de', cue('Und zwar um Goldfische.'));
  assert.equal(vote.settledLanguage(), 'de');
  const untold = createLanguageVote();
  untold.add(
    undefined,
    cue('Guten Tag zusammen, heute sprechen wir über die Fische in unserem Teich und ihre Pflege.'),
  );
  assert.equal(untold.leadingLanguage(), 'de');
  assert.equal(createLanguageVote().leadingLanguage(), undefined);
});

test('given a language name or code, when parsed, then it is a code; given another word, then there is none', () => {
  for (const [name, code] of [
    ['english', 'en'],
    ['German', 'de'],
    ['pt-BR', 'pt'],
    ['chinese', 'zh'],
    ['castilian', 'es'],
    ['ja', 'ja'],
  ] as const)
    assert.equal(parseLanguageName(name), code, name);
  for (const name of ['', 'gibberish of hosts', 'x'.repeat(9)])
    assert.equal(parseLanguageName(name), undefined);
});

test('given outros and credits that a model invents over music, then they are dropped; spoken ones stay', () => {
  const unsure = { logProbability: -0.3, noSpeech: 0.4 };
  for (const text of [
    'Thank you for watching!',
    'Thanks for watching.',
    'Vielen Dank fürs Zuschauen.',
    "Merci d'avoir regardé la vidéo.",
    'ご視聴ありがとうございました',
    '谢谢观看',
    'Спасибо за просмотр!',
    'Please subscribe to my channel.',
  ])
    assert.deepEqual(texts([segment(0, 4, text, unsure)]), [], text);
  for (const text of [
    'Subtitles by the Amara.org community',
    'Untertitel der Amara.org-Community',
    'Sous-titrage Société Radio-Canada',
    '字幕由志愿者提供',
  ])
    assert.deepEqual(texts([segment(0, 4, text, { logProbability: -0.05, noSpeech: 0 })]), [], text);
  const sure = { logProbability: -0.1, noSpeech: 0.01 };
  for (const text of [
    'Thank you for watching!',
    'Thank you for watching the children last night.',
    'Thank you.',
  ])
    assert.deepEqual(texts([segment(0, 4, text, sure)]), [text]);
  const about =
    'The subtitles by the students of the film school won a prize in Berlin for the best translation of the year.';
  assert.deepEqual(texts([segment(0, 4, about, sure)]), [about]);
});
