import assert from 'node:assert/strict';
import test from 'node:test';
import { findNamedSpeakers } from '../../server/src/core/ranking/asked-speakers.ts';
import { cues, library } from '../support/transcripts.ts';

const speakers = ['PhD C', 'PhD E', 'Professor B', 'Ana López', 'Jörg', '王老师'];
const named = (question: string) => [...findNamedSpeakers(question, speakers)];

test('given a name in a question, when speakers are looked up, then the whole name wins over a part', () => {
  assert.deepEqual(named('What did PhD E think about filters?'), ['PhD E']);
  assert.deepEqual(named('What did the professor think about filters?'), ['Professor B']);
  assert.deepEqual(named('What does ana say about filters?'), ['Ana López']);
  assert.deepEqual(named('Was sagt Jörg über Filter?'), ['Jörg']);
  assert.deepEqual(named('王老师怎么说？'), ['王老师']);
  assert.deepEqual(named('What is the analysis of the filters in plan E?'), []);
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
