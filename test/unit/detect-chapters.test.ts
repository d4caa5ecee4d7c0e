import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { type ChapterMaterial, detectChapters } from '../../server/src/core/generation/detect-chapters.ts';

/** Runs the steps to their end. */
function chaptersOf(material: Partial<ChapterMaterial> & Pick<ChapterMaterial, 'lines' | 'durationMs'>) {
  const steps = detectChapters({ cutsMs: [], ...material });
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Says sentences one after the other, 5 s each. */
const say = (fromS: number, sentences: readonly string[], language = 'en'): Line[] =>
  sentences.map((text, i) => ({
    kind: 'speech',
    text,
    startMs: (fromS + i * 5) * 1000,
    endMs: (fromS + i * 5 + 5) * 1000,
    source: 'talk.srt',
    language,
  }));

const show = (fromS: number, toS: number, ...rows: readonly string[]): Line[] =>
  rows.map((text) => ({
    kind: 'screenText',
    text,
    startMs: fromS * 1000,
    endMs: toS * 1000,
    source: 'screen',
  }));

const BREAD = [
  'Good bread begins with a sourdough starter.',
  'The starter needs flour and water every day.',
  'Flour with more protein makes the dough elastic.',
  'Let the dough rest before you fold it.',
  'Fold the dough four times, and let the dough rise.',
  'The sourdough starter makes the dough rise slowly.',
  'Bake the dough in a hot oven with steam.',
  'The flour decides how dark the crust of the bread gets.',
];
const BEES = [
  'Now to the bees in the garden.',
  'A bee colony lives in the hive behind the roses.',
  'The queen bee lays eggs in the hive all summer.',
  'Worker bees collect nectar and turn it into honey.',
  'We open the hive and take the honey in July.',
  'The colony needs some honey for the winter.',
  'The queen bee stays in the hive with the colony.',
  'Bees do not fly when it rains on the hive.',
];
const TALK = [...say(0, BREAD), ...say(40, BEES)];

test('given a talk on two subjects, then a chapter begins with each and has the words of its subject as title', () => {
  const chapters = chaptersOf({ lines: TALK, durationMs: 80_000 });
  assert.deepEqual(
    chapters.map(({ startMs, endMs, automatic }) => ({ startMs, endMs, automatic })),
    [
      { startMs: 0, endMs: 40_000, automatic: true },
      { startMs: 40_000, endMs: 80_000, automatic: true },
    ],
  );
  assert.match(chapters[0]?.title ?? '', /dough|flour|starter/i);
  assert.match(chapters[1]?.title ?? '', /hive|bee|honey/i);
});

test('given any chapter without a heading, then each word of its title is said in it', () => {
  for (const { startMs, endMs, title } of chaptersOf({ lines: TALK, durationMs: 80_000 })) {
    const words = TALK.filter((line) => startMs <= line.startMs && line.startMs < endMs)
      .map(({ text }) => text.toLowerCase())
      .join(' ');
    for (const part of title.toLowerCase().split(', '))
      assert.ok(words.includes(part), `${part} in: ${words}`);
  }
});

test('given one subject, then there are no chapters', () => {
  assert.deepEqual(chaptersOf({ lines: say(0, [...BREAD, ...BREAD]), durationMs: 80_000 }), []);
});

test('given a cut or a new slide a moment before the first sentence, then the chapter begins there', () => {
  assert.equal(chaptersOf({ lines: TALK, durationMs: 80_000, cutsMs: [38_500] })[1]?.startMs, 38_500);
  const lines = [...TALK, ...show(39, 75, 'Keeping bees', 'in a small garden')];
  const [, second] = chaptersOf({ lines, durationMs: 80_000 });
  assert.deepEqual([second?.startMs, second?.title], [39_000, 'Keeping bees']);
});

test('given a heading that nobody speaks of, then the words that are said make the title', () => {
  const lines = [...TALK, ...show(39, 75, 'Breaking news ticker')];
  assert.match(chaptersOf({ lines, durationMs: 80_000 })[1]?.title ?? '', /hive|bee|honey/i);
});

test('given slides without speech, then each heading is a chapter, and a logo or a short slide is none', () => {
  const slides = [
    ...show(0, 30, 'Why we measure', 'Figures of last year'),
    ...show(30, 60, 'What we measure'),
    ...show(60, 65, 'A joke'),
    ...show(65, 120, 'Next steps', 'Hire two people'),
  ];
  const logo = show(0, 120, 'Harbour Institute');
  assert.deepEqual(
    chaptersOf({ lines: [...logo, ...slides], durationMs: 120_000 }).map(({ startMs, title }) => [
      startMs / 1000,
      title,
    ]),
    [
      [0, 'Why we measure'],
      [30, 'What we measure'],
      [65, 'Next steps'],
    ],
  );
});

test('given Chinese speech, then titles consist of whole words', () => {
  const tea = [
    '我们先来泡茶。',
    '绿茶要用八十度的水。',
    '茶叶不能泡太久。',
    '绿茶的茶叶来自杭州。',
    '喝绿茶之前先闻茶叶。',
  ];
  const train = [
    '现在说地铁。',
    '地铁七号线今天开通。',
    '七号线的列车很新。',
    '坐地铁去机场更快。',
    '列车每五分钟一班，地铁很方便。',
  ];
  const chapters = chaptersOf({ lines: [...say(0, tea, 'zh'), ...say(25, train, 'zh')], durationMs: 50_000 });
  assert.equal(chapters[1]?.startMs, 25_000);
  assert.match(chapters[0]?.title ?? '', /绿茶|茶叶/);
  assert.match(chapters[1]?.title ?? '', /地铁|列车/);
});

test('given two tracks of the same speech, then the shorter one changes nothing', () => {
  const short = TALK.slice(0, 4).map((line) => ({
    ...line,
    source: 'talk.de.srt',
    language: 'de',
    text: 'Hallo Welt',
  }));
  assert.deepEqual(
    chaptersOf({ lines: [...short, ...TALK], durationMs: 80_000 }),
    chaptersOf({ lines: TALK, durationMs: 80_000 }),
  );
});

test('given no text, too short a video or subtitles beyond its end, then no chapter lies outside of it', () => {
  assert.deepEqual(chaptersOf({ lines: [], durationMs: 600_000, cutsMs: [60_000] }), []);
  assert.deepEqual(chaptersOf({ lines: TALK, durationMs: 30_000 }), []);
  assert.deepEqual(chaptersOf({ lines: TALK, durationMs: 0 }), []);
});

test('given lines in any order, then the chapters are the same', () => {
  assert.deepEqual(
    chaptersOf({ lines: TALK.toReversed(), durationMs: 80_000 }),
    chaptersOf({ lines: TALK, durationMs: 80_000 }),
  );
});

test('given any lines and cuts, then the chapters cover the video without gaps, and each has a title', () => {
  const texts = [
    'budget plan office',
    'Die Katze schläft',
    '绿茶水温',
    '  ',
    'HELLO world 123',
    '💥🔥',
    'x'.repeat(500),
  ];
  const kinds = ['speech', 'screenText', 'caption', 'description', 'facts', 'title', 'tag'] as const;
  let found = 0;
  for (let seed = 1; seed < 120; seed += 1) {
    let state = seed;
    const below = (limit: number) => {
      state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
      return Math.floor((state / 0x7fffffff) * limit);
    };
    const durationMs = below(400_000);
    const lines = Array.from({ length: below(60) }, (): Line => {
      const startMs = below(durationMs * 1.2) - 1000;
      return {
        kind: kinds[below(7)] ?? 'speech',
        text: `${texts[below(7)]} ${below(9)}`,
        startMs,
        endMs: startMs + below(9000),
        source: below(2) === 0 ? 'a' : 'b',
      };
    });
    const cutsMs = Array.from({ length: below(20) }, () => below(durationMs)).sort((a, b) => a - b);
    const chapters = chaptersOf({ lines, cutsMs, durationMs });
    if (chapters.length === 0) continue;
    found += 1;
    assert.deepEqual(
      chapters.map(({ startMs }) => startMs),
      [0, ...chapters.slice(0, -1).map(({ endMs }) => endMs)],
    );
    assert.equal(chapters.at(-1)?.endMs, durationMs);
    assert.ok(chapters.every(({ startMs, endMs, title }) => endMs > startMs && title.trim() !== ''));
  }
  assert.ok(found > 10);
});
