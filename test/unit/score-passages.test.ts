import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { cues, library } from '../support/transcripts.ts';

const HOUR_MS = 3_600_000;

/** An hour of talk about nothing that is asked, with `special` lines in between. */
function lecture(special: readonly Line[]): readonly Line[] {
  const minutes = Array.from({ length: 60 }, (_, i) => `${i * 60} We walk on past house number ${i + 100}.`);
  return [...cues(minutes.join('\n')), ...special];
}

const odds = async (lines: readonly Line[], question: string, durationMs = HOUR_MS) => {
  const { retrieve } = await library([{ path: '/videos/v.mp4', own: lines, durationMs }]);
  const { rankedPlaces } = await retrieve(question, 10, {}, new AbortController().signal);
  return rankedPlaces[0]?.place.answerOdds ?? Number.NEGATIVE_INFINITY;
};

test('given a topic that is talked about at length, when asked, then the odds are better than of a passing remark', async () => {
  const remark = cues('1210 The turbine blades crack.');
  const topic = cues(`
    1210 The turbine blades crack.
    1280 A turbine needs new blades each decade.
    1350 Steel blades make the turbine heavy.
  `);
  const question = 'What happens to the turbine blades?';
  assert.ok((await odds(lecture(topic), question)) > (await odds(lecture(remark), question)));
});

test('given a remark in a short video, when asked, then it answers; in a long one its odds are worse', async () => {
  const remark = cues('10 The turbine blades crack.');
  const question = 'What happens to the turbine blades?';
  assert.ok((await odds(remark, question, 60_000)) > 0);
  assert.ok(
    (await odds(lecture(cues('1210 The turbine blades crack.')), question)) <
      (await odds(remark, question, 60_000)),
  );
});

test('given a word that every line of a named video holds, when asked about it, then that is no reason to refuse', async () => {
  const { ask } = await library([
    {
      path: '/videos/chain-lecture.mp4',
      own: cues('0 The chain is worn.\n10 A chain has links.\n20 Oil the chain.'),
    },
    { path: '/videos/other.mp4', own: cues('0 We bake a loaf.') },
  ]);
  assert.equal((await ask('What about the chain in chain-lecture?')).grounded, true);
});
