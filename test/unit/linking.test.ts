import assert from 'node:assert/strict';
import test from 'node:test';
import { findLinks } from '../../server/src/linking/findLinks.ts';
import { hoverText } from '../../server/src/linking/hoverText.ts';
import { positionsIn } from '../../server/src/linking/lines.ts';
import { asTarget, openLinkAt } from '../../server/src/linking/openLink.ts';
import { subtitleBlocks } from '../../server/src/linking/subtitleBlocks.ts';

const found = (text: string) =>
  findLinks(text).map(({ start, end, target, startMs, endMs, timed }) => [
    text.slice(start, end),
    target,
    ...(timed ? [startMs, endMs] : []),
  ]);

test('links in every form, with their times', () => {
  for (const [text, ...links] of [
    ['See [x](talk.mp4#t=83.2,97).', ['talk.mp4#t=83.2,97', 'talk.mp4', 83_200, 97_000]],
    ['[x](<my talk.mp4#t=1:02> "title")', ['my talk.mp4#t=1:02', 'my talk.mp4', 62_000, undefined]],
    ['[x](a%20(b).mkv#t=5 "t")', ['a%20(b).mkv#t=5', 'a%20(b).mkv', 5000, undefined]],
    ['![x](../v/talk.webm)', ['../v/talk.webm', '../v/talk.webm']],
    ['[[talk.mp4#t=83]] and', ['talk.mp4#t=83', 'talk.mp4', 83_000, undefined]],
    ['[[talk #1.mp4#t=83|said]]', ['talk #1.mp4#t=83', 'talk #1.mp4', 83_000, undefined]],
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

test('what is no media link of this machine is left alone', () => {
  for (const text of [
    '[x](notes.md#t=3)',
    '[x](https://example.org/a.mp4#t=3)',
    'https://example.org/a.mp4#t=3',
    'talk.mp4 without a time',
    '[x](mailto:a@b.mp4)',
    '[[talk]]',
    '#t=3',
    '[](',
    '[[',
  ]) {
    assert.deepEqual(found(text), [], text);
  }
});

test('long hostile texts are read in time that grows with them', { timeout: 5000 }, () => {
  const many = 200_000;
  for (const part of ['](', '[[', '](a.mp4)', '#&t=', '](((', 'a.mp4#t=1 ', '.']) {
    const links = findLinks(part.repeat(many));
    assert.equal(links.length, /^(\]\(a\.mp4\)|a\.mp4#t=1 )$/.test(part) ? many : 0, part);
  }
});

test('a link that is being typed is known by what opens it', () => {
  const typing = (text: string) => openLinkAt(`above [[\n${text} below`, 9 + text.length);
  assert.deepEqual(typing('see [x](tal'), { kind: 'markdown', start: 17, typed: 'tal' });
  assert.deepEqual(typing('[x](<my t'), { kind: 'markdown', start: 14, typed: 'my t' });
  assert.deepEqual(typing('[x](a) [[apples in'), { kind: 'wiki', start: 18, typed: 'apples in' });
  for (const text of ['plain', '[x](a) b', '[[a]] b', '[[a|b', ''])
    assert.equal(typing(text), undefined, text);
});

test('what is written as a target is read back as the same path', () => {
  for (const path of ['a.mp4', 'my talk (1) #2.mp4', '100%.mkv', 'v/[x]|y.webm', 'é?.mp4']) {
    for (const [kind, text] of [
      ['markdown', `[x](${asTarget(path, 'markdown')}#t=1)`],
      ['wiki', `[[${asTarget(path, 'wiki')}#t=1]]`],
    ] as const) {
      const target = findLinks(text)[0]?.target ?? '';
      assert.equal(
        /%[0-9A-F]{2}/.test(target) ? decodeURIComponent(target) : target,
        path,
        `${kind} ${text}`,
      );
    }
  }
});

test('cues of subtitle files with their numbers, by line', () => {
  const srt =
    '1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\nmore\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nTwo';
  assert.deepEqual(subtitleBlocks(srt), [
    { startLine: 0, endLine: 3, time: '00:00:01,000', text: 'One more' },
    { startLine: 5, endLine: 7, time: '00:00:03,000', text: 'Two' },
  ]);
  const vtt = 'WEBVTT\n\nNOTE no cue\n\n00:01.000 --> 00:02.000 align:start\nOne\n';
  assert.deepEqual(subtitleBlocks(vtt), [{ startLine: 4, endLine: 5, time: '00:01.000', text: 'One' }]);
  assert.deepEqual(subtitleBlocks(''), []);
  assert.equal(subtitleBlocks('00:01.000 -->\n'.repeat(20_000)).length, 20_000);
});

test('offsets and positions agree, whichever way lines end', () => {
  const text = 'ab\ncd\r\n\rx😀y';
  const { positionAt, offsetAt } = positionsIn(text);
  for (let offset = 0; offset <= text.length; offset += 1)
    assert.equal(offsetAt(positionAt(offset)), offset, String(offset));
  assert.deepEqual(positionAt(text.indexOf('y')), { line: 3, character: 3 });
  assert.equal(offsetAt({ line: 99, character: 0 }), text.length);
});

test('a hover quotes what is there and lets no Markdown of a video through', () => {
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
