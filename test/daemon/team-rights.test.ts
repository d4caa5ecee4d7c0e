import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { requests } from '../../server/protocol/methods.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { HIGH_VOICE, LOW_VOICE, TINY_VOICES, writeMeeting } from '../support/made-up-voices.ts';
import { CANARY, fillTwoFolders, serveTeam } from '../support/team-world.ts';
import { atRest, statusWhen, uriOf } from '../support/watched.ts';

/** What each role may ask besides what those above it may. */
const READER = [
  'goldfish/folders/list',
  'goldfish/status',
  'goldfish/search',
  'goldfish/ask',
  'goldfish/digest',
  'goldfish/clip',
  'goldfish/video',
  'goldfish/videos',
  'goldfish/heat',
  'goldfish/frames',
  'goldfish/playback',
  'goldfish/export',
  'goldfish/reel',
  'goldfish/subtitles',
  'goldfish/chapters',
  'goldfish/corrections/list',
  'goldfish/alerts/list',
  'goldfish/opened',
];
const CORRECTOR = [
  ...READER,
  'goldfish/corrections/line',
  'goldfish/corrections/speaker',
  'goldfish/corrections/tag',
  'goldfish/corrections/remove',
];
const OWNER = [
  ...CORRECTOR,
  'goldfish/folders/add',
  'goldfish/folders/remove',
  'goldfish/folders/browse',
  'goldfish/usage',
  'goldfish/workers',
  'goldfish/index',
  'goldfish/record/list',
  'goldfish/add',
  'goldfish/forget',
  'goldfish/reindex',
  'goldfish/pause',
  'goldfish/resume',
  'goldfish/alerts/add',
  'goldfish/alerts/remove',
  'goldfish/settings/get',
  'goldfish/models/list',
  'goldfish/models/pull',
  'goldfish/models/exam',
  'goldfish/models/remove',
];

const DENIED = /^(?:You are a \w+\. This needs the role \w+\.|This cannot be done over the network\.)$/;
/** Wrong for every request that takes parameters: what is allowed fails on them, and changes nothing. */
const WRONG = {
  uri: 5,
  uris: 5,
  query: 5,
  key: 5,
  model: 5,
  role: 5,
  id: 5,
  scope: 5,
  question: 5,
  clipId: 5,
};

test('given each role, when it sends every request there is, then exactly those of its role are allowed', async (t) => {
  const world = await serveTeam(t);
  for (const [role, allowed] of [
    ['reader', READER],
    ['corrector', CORRECTOR],
    ['owner', OWNER],
  ] as const) {
    const client = await world.connect(await world.addUser(`a-${role}`, role));
    const answered: string[] = [];
    for (const method of Object.keys(requests)) {
      const { error } = await client.request(method, WRONG);
      if (error === undefined || !DENIED.test(error.message)) answered.push(method);
    }
    assert.deepEqual(answered.toSorted(), allowed.toSorted(), role);
    for (const method of ['workspace/executeCommand', 'textDocument/hover', 'workspace/symbol'])
      assert.match((await client.request(method, {})).error?.message ?? '', DENIED, method);
    assert.deepEqual(client.faults, []);
  }
  assert.equal(typeof (await world.local.result('goldfish/status')).pid, 'number', 'the daemon still runs');
});

test('given a name that a voice has in all videos, when a user who may see one folder changes it or takes it back, then it stays', async (t) => {
  const world = await serveTeam(t);
  const { box, local } = world;
  const set = (key: string, value: unknown) => local.result('goldfish/settings/set', { key, value });
  await set('models.voiceDetector', 'none');
  await set('models.diariser', TINY_VOICES);
  const media = join(box.folder, 'media');
  const [open, hidden] = [join(media, 'open'), join(media, 'hidden')];
  for (const folder of [media, open, hidden]) mkdirSync(folder);
  const [seen, unseen] = [join(open, 'seen.mp4'), join(hidden, 'unseen.mp4')];
  const turns = [
    { voice: HIGH_VOICE, text: 'Welcome to the harbour.' },
    { voice: LOW_VOICE, text: 'The ferry is late again.' },
  ];
  await writeMeeting(seen, turns);
  await writeMeeting(unseen, turns, 90);
  await local.result('goldfish/folders/add', { uri: uriOf(media) });
  await statusWhen(local, (status) => atRest(status) && status.videos === 2 && status.planning !== true);
  const uri = uriOf(seen);
  await local.result('goldfish/corrections/speaker', { uri, from: 'Voice 1', to: 'Anna', everywhere: true });
  await local.result('goldfish/corrections/speaker', { uri, from: 'Voice 2', to: 'Ben' });

  const client = await world.connect(await world.addUser('cora', 'corrector', [open]));
  const { corrections } = await client.result('goldfish/corrections/list', { uri });
  const idOf = (speaker: string) =>
    (corrections as { id: string; speaker: string }[]).find((each) => each.speaker === speaker)?.id;
  for (const [method, params] of [
    ['goldfish/corrections/remove', { uri, id: idOf('Anna') }],
    ['goldfish/corrections/speaker', { uri, from: 'Anna', to: 'Hanna' }],
    ['goldfish/corrections/speaker', { uri, from: 'Anna', to: 'Voice 1' }],
  ] as const)
    assert.match((await client.request(method, params)).error?.message ?? '', /may not see/, method);
  // A name in this video alone is theirs to change.
  await client.result('goldfish/corrections/speaker', { uri, from: 'Ben', to: 'Bela' });
  const speakersOf = async (path: string) =>
    (
      (await local.result('goldfish/video', { uri: uriOf(path) })).lines as {
        kind: string;
        speaker?: string;
      }[]
    )
      .filter(({ kind }) => kind === 'speech')
      .map(({ speaker }) => speaker);
  assert.deepEqual(await speakersOf(seen), ['Anna', 'Bela']);
  assert.deepEqual(await speakersOf(unseen), ['Anna', 'Voice 2']);
  assert.deepEqual(client.faults, []);
});

/** Asks everything about a video and its folder, without knowing more than their names. */
async function askAbout(client: IndependentClient, uri: string, folder: string): Promise<readonly unknown[]> {
  const range = { uri, startMs: 0, endMs: 1000 };
  const named: readonly (readonly [string, object])[] = [
    ['goldfish/video', { uri }],
    ['goldfish/videos', { uri: folder }],
    ['goldfish/heat', { uri, query: 'merger' }],
    ['goldfish/frames', { uri, timesMs: [0] }],
    ['goldfish/playback', { uri, plays: [] }],
    ['goldfish/subtitles', { uri }],
    ['goldfish/chapters', { uri }],
    ['goldfish/corrections/list', { uri }],
    ['goldfish/corrections/line', { uri, kind: 'speech', startMs: 1000, text: 'x' }],
    ['goldfish/corrections/speaker', { uri, from: '', to: 'x' }],
    ['goldfish/corrections/tag', { uri, startMs: 0, endMs: 1000, tag: 'x' }],
    ['goldfish/corrections/remove', { uri, id: 'x' }],
    ['goldfish/opened', { uri, ms: 0 }],
    ['goldfish/export', { moments: [range], format: 'markdown' }],
    ['goldfish/search', { query: 'merger', scope: { uris: [uri] } }],
    ['goldfish/search', { query: 'merger', scope: { uris: [folder] } }],
    ['goldfish/ask', { question: 'When is the merger signed?', scope: { uris: [folder] } }],
    ['goldfish/ask', { question: 'When is the merger signed?', ranges: [range] }],
    ['goldfish/digest', { scope: { uris: [folder] } }],
    ['goldfish/reel', { query: 'merger', scope: { uris: [folder] } }],
  ];
  const answers: unknown[] = [];
  for (const [method, params] of named) {
    const { result, error } = await client.request(method, params);
    answers.push([method, error ?? result]);
  }
  return answers;
}

test('given a user who may see one folder, when they ask about another, then every answer is as if it were not indexed', async (t) => {
  const world = await serveTeam(t);
  const { media, open, hidden } = await fillTwoFolders(world);
  const client = await world.connect(await world.addUser('anna', 'corrector', [open]));
  const deal = join(hidden, `${CANARY} deal.mp4`);
  const unknown = join(media, 'nothing', 'nothing.mp4');
  const answers = await askAbout(client, uriOf(deal), uriOf(hidden));
  const expected = await askAbout(client, uriOf(unknown), uriOf(join(media, 'nothing')));
  const withoutNames = (answersOf: unknown, file: string) => {
    const names = [uriOf(file), file, uriOf(dirname(file)), dirname(file)];
    return names.reduce((text, name) => text.replaceAll(name, '<name>'), JSON.stringify(answersOf));
  };
  assert.deepEqual(withoutNames(answers, deal), withoutNames(expected, unknown));
  // A name for a voice in all videos would reach those that are hidden.
  const everywhere = { uri: uriOf(join(open, 'shared.mp4')), from: '', to: 'Anna', everywhere: true };
  assert.match(
    (await client.request('goldfish/corrections/speaker', everywhere)).error?.message ?? '',
    DENIED,
  );
  // Other spellings of a hidden path lead to the same answer.
  for (const uri of [
    `${uriOf(open)}/../${encodeURIComponent(`${CANARY} files`)}/${encodeURIComponent(`${CANARY} deal.mp4`)}`,
    `${uriOf(open)}/%2e%2e/${encodeURIComponent(`${CANARY} files`)}/${encodeURIComponent(`${CANARY} deal.mp4`)}`,
    uriOf(deal).replace('file://', 'file://localhost'),
    uriOf(deal).replace('zanz', '%7Aanz'),
  ])
    assert.match(
      (await client.request('goldfish/video', { uri })).error?.message ?? '',
      /not in the index/,
      uri,
    );
  assert.deepEqual(client.faults, []);
});

test('given a user who may see one folder, when they ask about everything, then nothing of another folder is in any answer or notification', async (t) => {
  const world = await serveTeam(t);
  const { media, open } = await fillTwoFolders(world);
  const client = await world.connect(await world.addUser('anna', 'reader', [open]));
  const uri = uriOf(join(open, 'shared.mp4'));
  const own = await world.local.result('goldfish/search', { query: 'merger signed' });
  const [secret] = own.hits as { clipId: string; videoId: string; uri: string }[];
  assert.match(secret?.uri ?? '', new RegExp(CANARY), 'the local user finds it');

  const texts: string[] = [];
  const ask = async (method: string, params: object = {}) => {
    const { result, error } = await client.request(method, params);
    texts.push(`${method} ${JSON.stringify(error ?? result)}`);
    return (result ?? {}) as Record<string, unknown>;
  };
  const status = await ask('goldfish/status');
  assert.deepEqual([status.videos, status.clips, status.dataDir, status.advice], [2, 2, '', []]);
  assert.deepEqual((status.work as { failed: unknown }).failed, []);
  const { folders } = await ask('goldfish/folders/list');
  assert.deepEqual(
    (folders as { uri: string; videos: number }[]).map((folder) => [folder.uri, folder.videos]),
    [[uriOf(open), 2]],
  );
  assert.equal((await ask('goldfish/videos')).total, 2);
  assert.equal((await ask('goldfish/videos', { uri: uriOf(media) })).total, 2);
  assert.deepEqual((await ask('goldfish/video', { uri })).copies, [uri]);
  assert.deepEqual((await ask('goldfish/search', { query: 'merger signed Friday' })).hits, []);
  assert.deepEqual(
    (await ask('goldfish/search', { query: 'merger', scope: { uris: [uriOf(media)] } })).hits,
    [],
  );
  assert.deepEqual((await ask('goldfish/search', { query: 'zanzibarov' })).hits, [], 'a slip of the hand');
  assert.equal(((await ask('goldfish/search', { query: 'cranes dance' })).hits as unknown[]).length, 1);
  for (const clipId of [secret?.clipId ?? '', `${secret?.videoId}:0-4000`]) {
    await ask('goldfish/clip', { clipId });
    await ask('goldfish/clip', { clipId, uri: secret?.uri.replace(new RegExp(CANARY, 'g'), 'x') });
    await ask('goldfish/search', { query: '', like: { clipId } });
  }
  for (const question of [
    'When is the merger signed?',
    'Which videos are there?',
    'How many videos are there?',
    'What do cranes do when they meet?',
    'Which videos have no speech?',
    'zanzibarov?',
    'merger?',
  ])
    await ask('goldfish/ask', { question });
  // A word of the hidden folder is as unknown as one that is nowhere.
  const answerTo = async (word: string) =>
    String((await ask('goldfish/ask', { question: `Who mentioned the ${word}?` })).answer).replaceAll(
      word,
      'x',
    );
  assert.equal(await answerTo('merger'), await answerTo('quixotry'));
  await ask('goldfish/digest');
  await ask('goldfish/reel', { query: 'merger or cranes' });
  const { alerts } = await ask('goldfish/alerts/list');
  assert.deepEqual(
    (alerts as { query: string }[]).map(({ query }) => query),
    ['harvested'],
  );
  await ask('goldfish/heat', { uri, query: 'cranes' });
  await ask('goldfish/subtitles', { uri });
  await ask('goldfish/chapters', { uri });
  await ask('goldfish/corrections/list', { uri });
  await ask('goldfish/export', { moments: [{ uri, startMs: 0 }], format: 'markdown' });
  // Changes in the hidden folder notify.
  await world.local.result('goldfish/reindex', {});
  texts.push(...client.notices.map((notice) => JSON.stringify(notice)));
  for (const text of texts) assert.doesNotMatch(text, new RegExp(CANARY, 'i'));
  assert.deepEqual(client.faults, []);
});
