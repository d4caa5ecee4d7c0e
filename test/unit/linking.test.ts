import assert from 'node:assert/strict';
import test from 'node:test';
import { toLineMoments } from '../../server/src/core/domain/line-moments.ts';
import { answerBlock } from '../../server/src/linking/answer-block.ts';
import { applyEdits } from '../../server/src/linking/apply-edits.ts';
import { findLinks } from '../../server/src/linking/find-links.ts';
import { findQuestions } from '../../server/src/linking/find-questions.ts';
import { hoverText } from '../../server/src/linking/hover-text.ts';
import { createLineIndex, splitIntoChunks } from '../../server/src/linking/line-index.ts';
import { encodeLinkTarget, findOpenLinkAt, formatLinkTime } from '../../server/src/linking/open-link.ts';
import { findSubtitleBlocks } from '../../server/src/linking/subtitle-blocks.ts';

const found = (text: string) =>
  findLinks(text).map(({ start, end, target, startMs, endMs, hasTime }) => [
    text.slice(start, end),
    target,
    ...(hasTime ? [startMs, endMs] : []),
  ]);

test('given links in Markdown, wiki, Org, HTML and bare form, when found, then they have target and times', () => {
  for (const [text, ...links] of [
    ['See [x](talk.mp4#t=83.2,97).', ['talk.mp4#t=83.2,97', 'talk.mp4', 83_200, 97_000]],
    ['[x](<my talk.mp4#t=1:02> "title")', ['my talk.mp4#t=1:02', 'my talk.mp4', 62_000, undefined]],
    ['[x](a%20(b).mkv#t=5 "t")', ['a%20(b).mkv#t=5', 'a%20(b).mkv', 5000, undefined]],
    ['![x](../v/talk.webm)', ['../v/talk.webm', '../v/talk.webm']],
    ['[[talk.mp4#t=83]] and', ['talk.mp4#t=83', 'talk.mp4', 83_000, undefined]],
    ['[[talk #1.mp4#t=83|said]]', ['talk #1.mp4#t=83', 'talk #1.mp4', 83_000, undefined]],
    ['[[file:talk.mp4::83][org]]', ['file:talk.mp4::83', 'talk.mp4', 83_000, undefined]],
    ['[[file:a::b.mp4::1:23,1:30]]', ['file:a::b.mp4::1:23,1:30', 'a::b.mp4', 83_000, 90_000]],
    ['[x](C:\\v\\a.mp4#t=3)', ['C:\\v\\a.mp4#t=3', 'C:\\v\\a.mp4', 3000, undefined]],
    ['[x](D:/v/a.mp4#t=3)', ['D:/v/a.mp4#t=3', 'D:/v/a.mp4', 3000, undefined]],
    ['<video src="talk.mp4#t=7">', ['talk.mp4#t=7', 'talk.mp4', 7000, undefined]],
    ['[[file:talk.mp4#t=2,3][org]]', ['file:talk.mp4#t=2,3', 'talk.mp4', 2000, 3000]],
    [
      'at file:///v/a%20b.mp4#t=1,2.5, then',
      ['file:///v/a%20b.mp4#t=1,2.5', 'file:///v/a%20b.mp4', 1000, 2500],
    ],
    ['/v/a.mp4#t=9.', ['/v/a.mp4#t=9', '/v/a.mp4', 9000, undefined]],
    ['a.mp4#t=1 b.mp4#t=2', ['a.mp4#t=1', 'a.mp4', 1000, undefined], ['b.mp4#t=2', 'b.mp4', 2000, undefined]],
    [
      '[file:///a.mp4](file:///a.mp4)',
      ['file:///a.mp4', 'file:///a.mp4'],
      ['file:///a.mp4', 'file:///a.mp4'],
    ],
  ] as const) {
    assert.deepEqual(found(text), links, text);
  }
});

test('given text that is no media link of this machine, then no link is found', () => {
  for (const text of [
    '[x](notes.md#t=3)',
    '[x](https://example.org/a.mp4#t=3)',
    'https://example.org/a.mp4#t=3',
    'talk.mp4 without a time',
    '[x](mailto:a@b.mp4)',
    '[[talk]]',
    '[x](talk.mp4::83)',
    '[[file:notes.org::83]]',
    '#t=3',
    '[](',
    '[[',
  ]) {
    assert.deepEqual(found(text), [], text);
  }
});

test('given 200,000 fragments of links, when parsed, then each is found once', () => {
  const many = 200_000;
  for (const part of ['](', '[[', '](a.mp4)', '#&t=', '](((', 'a.mp4#t=1 ', '.']) {
    const links = findLinks(part.repeat(many));
    assert.equal(links.length, /^(\]\(a\.mp4\)|a\.mp4#t=1 )$/.test(part) ? many : 0, part);
  }
});

test('given a link that is being typed, then its form and the typed target are found', () => {
  const typing = (text: string) => findOpenLinkAt(`above [[\n${text} below`, 9 + text.length);
  assert.deepEqual(typing('see [x](tal'), { form: 'markdown', start: 17, typedTarget: 'tal' });
  assert.deepEqual(typing('[x](<my t'), { form: 'markdown', start: 14, typedTarget: 'my t' });
  assert.deepEqual(typing('[x](a) [[apples in'), { form: 'wiki', start: 18, typedTarget: 'apples in' });
  assert.deepEqual(typing('[[file:tal'), { form: 'org', start: 16, typedTarget: 'tal' });
  for (const text of ['plain', '[x](a) b', '[[a]] b', '[[a|b', ''])
    assert.equal(typing(text), undefined, text);
});

test('given any path, when written as a target in each form, then it is read back as the same path and times', () => {
  for (const path of [
    'a.mp4',
    'my talk (1) #2.mp4',
    '100%.mkv',
    'v/[x]|y.webm',
    'é?.mp4',
    'http:x.mp4',
    '😀::1.mp4',
    "it's.mp4",
  ]) {
    for (const [form, before, after] of [
      ['markdown', '[x](', ')'],
      ['wiki', '[[', ']]'],
      ['org', '[[file:', '][label]]'],
      ['bare', '', ''],
    ] as const) {
      const text = `${before}${encodeLinkTarget(path, form)}${formatLinkTime(1000, 2500, form)}${after}`;
      const [link] = findLinks(text);
      const target = link?.target ?? '';
      const read = /%[0-9A-F]{2}/.test(target) ? decodeURIComponent(target) : target;
      assert.equal(read.replace(/^\.\//, ''), path, text);
      assert.deepEqual([link?.startMs, link?.endMs], [1000, 2500], text);
      assert.equal(text.slice(link?.targetStart, link?.targetEnd), target, text);
    }
  }
});

test('given SubRip and WebVTT, when blocks are found, then each has its lines, time and text', () => {
  const blocks = (text: string) => [...findSubtitleBlocks(text, createLineIndex(text))];
  const srt =
    '1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\nmore\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nTwo';
  assert.deepEqual(blocks(srt), [
    { startLine: 0, endLine: 3, time: '00:00:01,000', text: 'One more' },
    { startLine: 5, endLine: 7, time: '00:00:03,000', text: 'Two' },
  ]);
  const vtt = 'WEBVTT\n\nNOTE no cue\n\n00:01.000 --> 00:02.000 align:start\nOne\n';
  assert.deepEqual(blocks(vtt), [{ startLine: 4, endLine: 5, time: '00:01.000', text: 'One' }]);
  assert.deepEqual(blocks(''), []);
  assert.equal(blocks('00:01.000 -->\n'.repeat(20_000)).length, 20_000);
});

test('given any line endings, when offsets become positions, then they lead back to the offsets', () => {
  const text = 'ab\ncd\r\n\rx😀y';
  const { positionAt, offsetAt, endOf, count } = createLineIndex(text);
  for (let offset = 0; offset <= text.length; offset += 1) {
    // Between `\r` and `\n` there is no place to stand.
    const inside = text.slice(offset - 1, offset + 1) === '\r\n';
    assert.equal(offsetAt(positionAt(offset)), inside ? offset - 1 : offset, String(offset));
  }
  assert.deepEqual(positionAt(text.indexOf('y')), { line: 3, character: 3 });
  assert.equal(offsetAt({ line: 99, character: 0 }), text.length);
  assert.equal(offsetAt({ line: 0, character: 99 }), 2);
  assert.equal(offsetAt({ line: 1, character: 99 }), 5);
  assert.deepEqual([endOf(0), endOf(1), endOf(2), endOf(3), count], [2, 5, 7, text.length, 4]);
});

test('given a long text, when it is split into chunks, then they have the links of the whole', () => {
  const text = Array.from(
    { length: 500 },
    (_, at) => `${'word '.repeat(at % 40)}[x](a${at}.mp4#t=${at})\r\n`,
  ).join('');
  const lines = createLineIndex(text);
  const stretches = [...splitIntoChunks(text, lines)];
  assert.ok(stretches.length > 5);
  assert.equal(stretches.map((stretch) => stretch.text).join(''), text);
  for (const { offset, line } of stretches) assert.equal(lines.startOf(line), offset);
  const starts = stretches.flatMap((stretch) =>
    findLinks(stretch.text).map(({ start }) => start + stretch.offset),
  );
  assert.deepEqual(
    starts,
    findLinks(text).map(({ start }) => start),
  );
});

test('given edits by range, when applied in order, then the text is that of the editor', () => {
  const at = (line: number, character: number) => ({ line, character });
  const put = (from: readonly [number, number], to: readonly [number, number], text: string) => ({
    range: { start: at(...from), end: at(...to) },
    text,
  });
  assert.equal(
    applyEdits('one\ntwo\n', [put([1, 0], [1, 3], 'zwei'), put([0, 3], [1, 0], ' ')]),
    'one zwei\n',
  );
  assert.equal(applyEdits('a😀b', [put([0, 3], [0, 3], 'x')]), 'a😀xb');
  assert.equal(
    applyEdits('a', [{ text: 'b' }, put([0, 1], [0, 1], '\nc'), put([1, 1], [9, 9], 'd')]),
    'b\ncd',
  );
  assert.equal(applyEdits('', [put([0, 0], [0, 0], 'a\n'), put([1, 0], [1, 0], 'b')]), 'a\nb');
  assert.equal(applyEdits('a\rb', [put([1, 0], [1, 0], '\n'), put([1, 0], [1, 1], 'c')]), 'a\r\nc');
  // Against the plain way: by offsets into the whole text.
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const pieces = ['\n', '\r\n', '\r', 'é', '😀', 'words ', ''];
  for (let round = 0; round < 200; round += 1) {
    let text = Array.from({ length: random(12) }, () => pieces[random(7)] ?? '').join('');
    const before = text;
    const edits = Array.from({ length: 1 + random(6) }, () => {
      const edit = put(
        [random(5), random(8)],
        [random(5), random(8)],
        (pieces[random(7)] ?? '') + (pieces[random(7)] ?? ''),
      );
      const lines = createLineIndex(text);
      const [start, end] = [lines.offsetAt(edit.range.start), lines.offsetAt(edit.range.end)];
      text = text.slice(0, start) + edit.text + text.slice(Math.max(start, end));
      return edit;
    });
    assert.equal(applyEdits(before, edits), text, JSON.stringify([before, edits]));
  }
});

test('given questions in comments, when found, then each has its own answer block and no foreign text', () => {
  const asked = (text: string, syntax: 'markdown' | 'org' = 'markdown') =>
    findQuestions(text, createLineIndex(text), syntax).map(({ text: words, line, nth, endLine }) => [
      words,
      line,
      nth,
      endLine,
    ]);
  const question = '<!-- goldfish: Who owns it? -->';
  const end = '<!-- /goldfish -->';
  assert.deepEqual(asked(`# Notes\n${question}\n> “Ana.”\n>\n> more\n${end}\n`), [['Who owns it?', 1, 0, 5]]);
  assert.deepEqual(asked(`${question}\r\n  ${question}\r\n  > x\r\n  ${end}`), [
    ['Who owns it?', 0, 0, undefined],
    ['Who owns it?', 1, 1, 3],
  ]);
  // What somebody wrote between a question and an end is no answer of ours.
  assert.deepEqual(asked(`${question}\n> quoted\nmine\n${end}\n`), [['Who owns it?', 0, 0, undefined]]);
  assert.deepEqual(asked(`${question}\n> my own quotation\n`), [['Who owns it?', 0, 0, undefined]]);
  assert.deepEqual(
    asked('# goldfish: a heading\n<!-- goldfish: -->\ngoldfish: words\n<!-- goldfish: open\n'),
    [],
  );
  assert.deepEqual(asked('# goldfish: Who?\n: Ana [1]\n- [[file:a.mp4::1][1. a]]\n# /goldfish\n', 'org'), [
    ['Who?', 0, 0, 3],
  ]);
  assert.deepEqual(asked('<!-- goldfish: Who? -->', 'org'), []);
});

test('given an answer with or without a day, when its question is found, then the day is known', () => {
  const day = (end: string, syntax: 'markdown' | 'org' = 'markdown') => {
    const question = syntax === 'org' ? '# goldfish: Who?\n: Ana' : '<!-- goldfish: Who? -->\n> Ana';
    const text = `${question}\n${end}\n`;
    const [found] = findQuestions(text, createLineIndex(text), syntax);
    return [found?.endLine, found?.answeredOn];
  };
  assert.deepEqual(day('<!-- /goldfish 2026-01-31 -->'), [2, '2026-01-31']);
  assert.deepEqual(day('<!--/goldfish\t2026-01-31--> '), [2, '2026-01-31']);
  assert.deepEqual(day('<!-- /goldfish -->'), [2, undefined]);
  assert.deepEqual(day('<!-- /goldfish yesterday -->'), [undefined, undefined]);
  assert.deepEqual(day('# /goldfish 2026-01-31', 'org'), [2, '2026-01-31']);
  assert.deepEqual(day('# /goldfish', 'org'), [2, undefined]);
});

test('given hostile text in an answer, when written into a note, then only its own links and end marker have effect', () => {
  const hostile = '“<script>” [1]\n- [x](command:evil) # h\n2. <!-- /goldfish -->\u202e\n\n=== $a$';
  const sources = [{ n: 1, label: 'talk_[1].mp4 0:01-0:02', target: 'talk.mp4#t=1,2' }];
  const lines = answerBlock(hostile, sources, {
    syntax: 'markdown',
    indent: '  ',
    answeredOn: '2026-01-31',
  });
  assert.deepEqual(lines, [
    '  > “\\<script\\>” \\[1\\]',
    '  >',
    '  > \\- \\[x\\](command:evil) \\# h',
    '  >',
    '  > 2\\. \\<\\!-- /goldfish --\\>',
    '  >',
    '  > \\=== \\$a\\$',
    '  >',
    '  > \\[1\\] [talk\\_\\[1\\].mp4 0:01-0:02](talk.mp4#t=1,2)',
    '  <!-- /goldfish 2026-01-31 -->',
  ]);
  const question = '  <!-- goldfish: Who? -->';
  const text = [question, ...lines, 'mine'].join('\n');
  assert.equal(findQuestions(text, createLineIndex(text), 'markdown')[0]?.endLine, lines.length);
  const org = answerBlock('* [[x]]\n# /goldfish', [{ n: 1, label: 'a]] [b', target: 'a.mp4::1' }], {
    syntax: 'org',
    indent: '',
    answeredOn: '2026-01-31',
  });
  assert.deepEqual(org, [
    ': * [[x]]',
    ': # /goldfish',
    '- [[file:a.mp4::1][1. a    b]]',
    '# /goldfish 2026-01-31',
  ]);
});

test('given Markdown and HTML in a transcript, when shown in a hover, then they are escaped', () => {
  const line = { kind: 'speech', startMs: 83_200, endMs: 84_000, speaker: 'Ana' };
  const value = hoverText({
    name: 'talk_[1].mp4',
    startMs: 83_200,
    endMs: 97_000,
    durationMs: 3_700_000,
    lines: [{ ...line, text: 'We ship <img src=x> [now](command:evil)\n# soon' }],
  });
  assert.equal(
    value,
    '**talk\\_\\[1\\].mp4** 1:23-1:37 of 1:01:40\n\n- 1:23 said: Ana: We ship \\<img src=x\\> \\[now\\](command:evil) \\# soon',
  );
});

test('given hits with matching lines, when moments are offered, then each line has its second, and other hits are one moment', () => {
  const line = { kind: 'speech', text: 'a', startMs: 1000, endMs: 3000, matches: [{ start: 0, end: 1 }] };
  const hit = { startMs: 0, endMs: 30_000 };
  assert.deepEqual(
    toLineMoments({
      ...hit,
      evidence: [
        line,
        { ...line, text: 'long', startMs: 4000, endMs: 20_000, seekMs: 12_000 },
        { ...line, text: 'no match', matches: [] },
        { ...line, kind: 'title', text: 'title' },
      ],
    }),
    [
      { startMs: 1000, endMs: 3000, text: 'a' },
      { startMs: 12_000, endMs: 20_000, text: 'long' },
    ],
  );
  const byMeaning = [{ ...line, matches: [] }];
  assert.deepEqual(toLineMoments({ ...hit, evidence: byMeaning }), [{ ...hit, text: 'a' }]);
  assert.deepEqual(toLineMoments({ ...hit, evidence: [] }), [{ ...hit, text: '' }]);
});
