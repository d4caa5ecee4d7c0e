import assert from 'node:assert/strict';
import test from 'node:test';
import { sessionWorld } from '../support/session-world.ts';

const PLAYING = {
  player: 'p1',
  from: 'p1',
  uri: 'file:///a.mp4',
  ms: 32_000,
  state: 'playing',
  title: 'a.mp4',
};
const PLAYING_CHANGED = 'goldfish/didChangePlaying';

test('given two clients, when a player starts, then both receive it with its time, and a later client too', async (t) => {
  const { ready } = await sessionWorld(t);
  const [first, second] = [await ready(), await ready()];
  assert.equal(await first.result('goldfish/playing', PLAYING), null);
  for (const client of [first, second])
    assert.deepEqual((await client.notice(({ method }) => method === PLAYING_CHANGED)).params, PLAYING);
  const third = await ready();
  assert.deepEqual((await third.notice(({ method }) => method === PLAYING_CHANGED)).params, PLAYING);
});

test('given a player, when another view asks it to pause and its client ends, then the others learn that it closed', async (t) => {
  const { ready, fresh } = await sessionWorld(t);
  const bar = await ready();
  const { client: tab } = await fresh();
  await tab.initialize();
  tab.notify('initialized');
  await tab.result('goldfish/playing', PLAYING);
  const pause = { ...PLAYING, from: 'bar', state: 'paused' };
  await bar.result('goldfish/playing', pause);
  const isPause = ({ method, params }: { method: string; params: Record<string, unknown> }) =>
    method === PLAYING_CHANGED && params.state === 'paused';
  assert.deepEqual((await tab.notice(isPause)).params, pause);
  await tab.end();
  const closed = await bar.notice(({ params }) => params.state === 'closed');
  assert.deepEqual(closed.params, { ...PLAYING, state: 'closed' });
});

test('given a paused or closed player, when a client connects, then it hears of no player', async (t) => {
  const { ready } = await sessionWorld(t);
  const first = await ready();
  for (const state of ['playing', 'paused', 'playing', 'closed'])
    await first.result('goldfish/playing', { ...PLAYING, state });
  const second = await ready();
  const ask = { ...PLAYING, player: 'p2', from: 'bar', state: 'paused' };
  await first.result('goldfish/playing', ask);
  assert.deepEqual((await second.notice(({ method }) => method === PLAYING_CHANGED)).params, ask);
});

test('given a message about a player without its name, time or state, when it is sent, then it is refused', async (t) => {
  const { ready } = await sessionWorld(t);
  const client = await ready();
  for (const change of [{ player: '' }, { ms: -1 }, { state: 'faster' }, { from: 'x'.repeat(101) }])
    assert.equal((await client.request('goldfish/playing', { ...PLAYING, ...change })).error?.code, -32602);
});
