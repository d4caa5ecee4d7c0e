import assert from 'node:assert/strict';
import test from 'node:test';
import type { Hit } from '../../server/protocol/search.ts';
import type { EvalItem } from '../../server/src/evaluation/item.ts';
import { chooseOracleClips, chooseRanges } from '../../server/src/evaluation/running/choose-ranges.ts';
import { DEFAULT_RUN_SETTINGS } from '../../server/src/evaluation/running/run-settings.ts';

const clips = Array.from({ length: 6 }, (_, i) => ({ startMs: i * 10_000, endMs: (i + 1) * 10_000 }));
const item: EvalItem = {
  id: 's:1',
  video: 'v',
  task: 'open',
  question: 'q',
  gold: { spans: [[12, 21]] },
  labels: {},
};
const startsOf = (chosen: readonly { readonly startMs: number }[]) =>
  chosen.map(({ startMs }) => startMs / 1000);

test('given gold spans, when the oracle chooses, then all clips that they touch are chosen, and wrong ones by the item alone', () => {
  assert.deepEqual(startsOf(chooseOracleClips(item, clips, 0)), [10, 20]);
  const drawn = startsOf(chooseOracleClips(item, clips, 2));
  assert.equal(drawn.length, 4);
  assert.deepEqual(
    drawn,
    drawn.toSorted((a, b) => a - b),
  );
  assert.deepEqual(startsOf(chooseOracleClips(item, clips, 2)), drawn);
  const others = Array.from({ length: 20 }, (_, i) =>
    startsOf(chooseOracleClips({ ...item, id: `s:${i}` }, clips, 2)).join(),
  );
  assert.ok(new Set(others).size > 3, 'other items get other wrong clips');
  assert.deepEqual(startsOf(chooseOracleClips(item, clips, 50)), [0, 10, 20, 30, 40, 50]);
  assert.deepEqual(chooseOracleClips({ ...item, gold: {} }, clips, 2), []);
});

test('given documents apart, when ranges are chosen, then k counts documents and each keeps its kind', async () => {
  const hitAt = (clip: number, score: number) =>
    ({ uri: 'file:///v', clip: clips[clip], score }) as unknown as Hit;
  const ranges = await chooseRanges(
    { ...item },
    { ...DEFAULT_RUN_SETTINGS, merge: false, k: 3 },
    'file:///v',
    {
      clipsOf: async () => clips,
      search: async (kinds) =>
        kinds?.includes('speech') ? [hitAt(0, 0.9), hitAt(1, 0.3)] : [hitAt(0, 0.8), hitAt(2, 0.5)],
    },
  );
  assert.deepEqual(
    ranges?.map(({ startMs, kinds }) => [startMs, kinds?.[0]]),
    [
      [0, 'speech'],
      [0, 'caption'],
      [20_000, 'caption'],
    ],
  );
});
