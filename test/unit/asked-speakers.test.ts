import assert from 'node:assert/strict';
import test from 'node:test';
import { findNamedSpeakers } from '../../server/src/core/ranking/asked-speakers.ts';
import { cues, library } from '../support/transcripts.ts';

const speakers = ['PhD C', 'PhD E', 'Professor B', 'Ana López', 'Jörg', '王老师'];
const named = (question: string, language = 'en') => [...findNamedSpeakers(question, speakers, language)];

test('given a name in a question, when speakers are looked up, then the whole name wins over a part', () => {
  assert.deepEqual(named('What did PhD E think about filters?'), ['PhD E']);
  assert.deepEqual(named('What did the professor think about filters?'), ['Professor B']);
  assert.deepEqual(named('What does ana say about filters?'), ['Ana López']);
  assert.deepEqual(named('Was sagt Jörg über Filter?', 'de'), ['Jörg']);
  assert.deepEqual(named('王老师怎么说？', 'zh'), ['王老师']);
  assert.deepEqual(named('What is the analysis of the filters in plan E?'), []);
});

test('given a letter or number that tells speakers apart, when a question names it, then that speaker is asked for', () => {
  assert.deepEqual(named('What did E think about the filters?'), ['PhD E']);
  assert.deepEqual(named('Was sagt B zu den Filtern?', 'de'), ['Professor B']);
  assert.deepEqual(named('What did I say about E numbers?'), []);
  const numbered = ['SPEAKER_01', 'SPEAKER_02'];
  assert.deepEqual([...findNamedSpeakers('What does speaker 2 say?', numbered, 'en')], ['SPEAKER_02']);
  assert.deepEqual([...findNamedSpeakers('Was sagt Sprecher 1?', numbered, 'de')], ['SPEAKER_01']);
  assert.deepEqual([...findNamedSpeakers('说话人1说了什么？', numbered, 'zh')], ['SPEAKER_01']);
});

test('given a question about what one person says, when somebody else says it, then it has no answer', async () => {
  const meeting = cues(`
    0 Ben: The filters are slow and the filters are old.
    40 Ana: I like the new office.
  `);
  const { ask } = await library([{ path: '/videos/meeting.mp4', own: meeting, durationMs: 300_000 }]);
  assert.match((await ask('What does Ben say about the filters?')).answer, /slow/);
  assert.equal((await ask('What does Ben say about the new office?')).grounded, false);
});

test('given what one person says, when asked, then their lines come first', async () => {
  const meeting = cues(`
    0 Ben: The filters are slow and the filters are old, these filters.
    100 Ana: I would buy new filters.
    200 Ben: The filters cost a lot.
  `);
  const { search, grounded } = await library([
    { path: '/videos/meeting.mp4', own: meeting, durationMs: 300_000 },
  ]);
  assert.equal((await search('What does Ana think about the filters?'))[0]?.startMs, 100_000);
  assert.equal(await grounded('What does Ana think about the opera?'), false);
});
