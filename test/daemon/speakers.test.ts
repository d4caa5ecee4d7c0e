import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { CorrectionsResult } from '../../server/protocol/corrections.ts';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { HIGH_VOICE, LOW_VOICE, TINY_VOICES, writeMeeting } from '../support/made-up-voices.ts';
import { atRest, hitsOf, statusWhen, uriOf } from '../support/watched.ts';

interface SpokenLine {
  readonly kind: string;
  readonly text: string;
  readonly speaker?: string;
  readonly voice?: number;
}

async function linesOf(client: IndependentClient, uri: string): Promise<readonly SpokenLine[]> {
  const { lines } = (await client.result('goldfish/video', { uri })) as unknown as {
    lines: readonly SpokenLine[];
  };
  return lines.filter(({ kind }) => kind === 'speech');
}

const speakersOf = async (client: IndependentClient, uri: string) =>
  (await linesOf(client, uri)).map(({ speaker }) => speaker);

const BUDGET = [
  { voice: LOW_VOICE, text: 'The budget for the bridge is too small.' },
  { voice: HIGH_VOICE, text: 'Then we sell the old tractor.' },
  { voice: LOW_VOICE, text: 'Nobody wants a tractor from the seventies.' },
  { voice: HIGH_VOICE, text: 'The museum asked for it twice.' },
] as const;

test('given a diariser, when a voice is named once, then all its lines, searches and answers have the name, until it is undone', async (t) => {
  const box = sandbox();
  let daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  let client = await daemon.client();
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('models.voiceDetector', 'none');
  await set('models.diariser', TINY_VOICES);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'meeting.mp4');
  const uri = uriOf(path);
  await writeMeeting(path, BUDGET);
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await statusWhen(client, atRest);

  assert.deepEqual(await speakersOf(client, uri), ['Voice 1', 'Voice 2', 'Voice 1', 'Voice 2']);
  const listed = await goldfish(box, 'name', path);
  assert.match(listed.stdout, /Voice 1 {2}2 lines[^\n]*\nVoice 2 {2}2 lines/);

  const named = await goldfish(box, 'name', path, 'Voice 2', 'Anna');
  assert.equal(named.code, 0, named.stderr);
  assert.deepEqual(await speakersOf(client, uri), ['Voice 1', 'Anna', 'Voice 1', 'Anna']);
  const hits = await hitsOf(client, 'speaker:anna', (found) => found.length > 0);
  assert.deepEqual(
    hits.flatMap(({ evidence }) => evidence.map(({ text }) => text)),
    ['Then we sell the old tractor.', 'The museum asked for it twice.'],
  );
  const { answer } = (await client.result('goldfish/ask', {
    question: 'What did Anna say about the tractor?',
  })) as unknown as { answer: string };
  assert.match(answer, /Anna: “Then we sell the old tractor/);

  // A new name replaces the old one; there is still one correction.
  await goldfish(box, 'name', path, 'Anna', 'Hanna');
  assert.deepEqual(await speakersOf(client, uri), ['Voice 1', 'Hanna', 'Voice 1', 'Hanna']);
  await client.result('goldfish/reindex', { uri });
  await statusWhen(client, atRest);
  assert.deepEqual(await speakersOf(client, uri), ['Voice 1', 'Hanna', 'Voice 1', 'Hanna']);
  daemon.child.kill('SIGKILL');
  await daemon.exit;
  daemon = await startDaemon(box);
  client = await daemon.client();
  assert.deepEqual(await speakersOf(client, uri), ['Voice 1', 'Hanna', 'Voice 1', 'Hanna']);

  const list = (await client.result('goldfish/corrections/list', { uri })) as unknown as CorrectionsResult;
  assert.equal(list.corrections.length, 1);
  // A print can identify a person: it stays in the data folder.
  assert.doesNotMatch(JSON.stringify([list, await client.result('goldfish/video', { uri })]), /"print"/);
  await client.result('goldfish/corrections/remove', { uri, id: list.corrections[0]?.id });
  assert.deepEqual(await speakersOf(client, uri), ['Voice 1', 'Voice 2', 'Voice 1', 'Voice 2']);
});

test('given several videos, when a voice is named everywhere, then the same voice has the name in the others, and names in subtitles stay', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('models.voiceDetector', 'none');
  await set('models.diariser', TINY_VOICES);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const [first, second, written] = ['first', 'second', 'written'].map((name) => join(folder, `${name}.mp4`));
  assert.ok(first && second && written);
  await writeMeeting(first, BUDGET);
  await writeMeeting(
    second,
    [
      { voice: HIGH_VOICE, text: 'Welcome to the harbour.' },
      { voice: LOW_VOICE, text: 'The ferry is late again.' },
    ],
    90,
  );
  await writeMeeting(
    written,
    [
      { voice: HIGH_VOICE, text: 'I am written down.', name: 'Ben' },
      { voice: HIGH_VOICE, text: 'I am not.' },
    ],
    120,
  );
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await statusWhen(client, atRest);

  await client.result('goldfish/corrections/speaker', {
    uri: uriOf(first),
    from: 'Voice 2',
    to: 'Anna',
    everywhere: true,
  });
  assert.deepEqual(await speakersOf(client, uriOf(second)), ['Anna', 'Voice 2']);
  assert.deepEqual(await speakersOf(client, uriOf(written)), ['Ben', 'Anna']);
  const hits = await hitsOf(client, 'speaker:anna', (found) => found.length === 3);
  assert.deepEqual(new Set(hits.map((hit) => hit.uri)), new Set([first, second, written].map(uriOf)));

  // Here it is somebody else.
  await client.result('goldfish/corrections/speaker', { uri: uriOf(second), from: 'Anna', to: 'Voice 1' });
  assert.deepEqual(await speakersOf(client, uriOf(second)), ['Voice 1', 'Voice 2']);

  const list = (await client.result('goldfish/corrections/list', {
    uri: uriOf(first),
  })) as unknown as CorrectionsResult;
  await client.result('goldfish/corrections/remove', { uri: uriOf(first), id: list.corrections[0]?.id });
  assert.deepEqual(await speakersOf(client, uriOf(written)), ['Ben', 'Voice 1']);
});
