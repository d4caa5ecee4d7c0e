import assert from 'node:assert/strict';
import test from 'node:test';
import { toMarkdown } from '../../client/page/markdown.ts';
import { citedPieces, clock, mark, nameOf, uriOfPath } from '../../client/page/text.ts';

const marks = (text: string, query: string) =>
  mark(text, query)
    .map((piece) => (piece.marked ? `<${piece.text}>` : piece.text))
    .join('');

test('words of the query are marked, with other endings, and common ones are not', () => {
  assert.equal(marks('The axolotls eat worms.', 'what does the axolotl eat'), 'The <axolotls> <eat> worms.');
  assert.equal(marks('Über den Wolken', 'über'), '<Über> den Wolken');
  assert.equal(marks('nothing here', ''), 'nothing here');
});

test('only numbers that are citations become chips', () => {
  assert.deepEqual(citedPieces('A [1] b [2].', new Set([1])), ['A ', 1, ' b ', '[2]', '.']);
});

test('times and names as people read them', () => {
  assert.deepEqual([0, 83_200, 3_723_999].map(clock), ['0:00', '1:23', '1:02:03']);
  assert.deepEqual(['/a/b c.mp4', 'C:\\v\\d.mkv', 'e.mov'].map(nameOf), ['b c.mp4', 'd.mkv', 'e.mov']);
});

test('a typed path becomes a file: URI; one that is not whole does not', () => {
  assert.equal(uriOfPath(' /home/ana/my #1?.mp4 '), 'file:///home/ana/my%20%231%3F.mp4');
  assert.equal(uriOfPath('C:\\Users\\Ana'), 'file:///C:/Users/Ana');
  assert.equal(uriOfPath('videos'), undefined);
});

test('copied Markdown carries no link, command or HTML that was said in a video', () => {
  const quote = '<b onclick=x>[go](command:quit)</b>\n# head';
  const link = 'file:///a%20b.mp4#t=1,2';
  const citation = { n: 1, clipId: 'c', uri: 'file:///a%20b.mp4', startMs: 1000, endMs: 2000, link, quote };
  const text = toMarkdown('why?', `${quote} [1]`, [citation]);
  assert.ok(text.includes(`(<${link}>)`));
  assert.ok(text.includes('**[1]**'));
  assert.doesNotMatch(text, /<b|[^\\]\]\(command|^# /m);
});
