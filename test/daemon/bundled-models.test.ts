import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import { finishedLines } from '../support/video-lines.ts';

const DEMO = join(import.meta.dirname, '../../demo/videos');

test('given npm packages only, when the demo is indexed, then burned-in subtitles are found and only the voice is sent', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const host = await whistleHost();
  t.after(() => host.close());
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  for (const name of ['last-ferry.webm', 'harbour-radio.webm'])
    copyFileSync(join(DEMO, name), join(folder, name));
  const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;
  await client.result('goldfish/settings/set', {
    key: 'models.transcriber',
    value: `${host.baseUrl}#${WHISTLE}`,
  });
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });

  const subtitles = await finishedLines(client, uriOf('last-ferry.webm'), 'screenText');
  assert.deepEqual(
    subtitles.map(({ text }) => text),
    [
      'The last ferry leaves at nine.',
      'Then we must hurry to the harbour.',
      'My grandmother lives on the island.',
      'She keeps forty bees in the garden.',
      'Bring her the blue lantern.',
    ],
  );
  const result: unknown = await client.result('goldfish/search', { query: 'forty bees' });
  const [hit] = (result as { hits: readonly { uri: string; startMs: number }[] }).hits;
  assert.equal(hit?.uri, uriOf('last-ferry.webm'));
  assert.ok(Math.abs((hit?.startMs ?? 0) - 21_000) <= 3500, JSON.stringify(hit));

  await finishedLines(client, uriOf('harbour-radio.webm'), 'speech');
  const sentS = host.hearings.reduce((sum, { samples }) => sum + samples.length / 16_000, 0);
  assert.equal(host.hearings.length, 2, 'one stretch for each time the presenter speaks');
  assert.ok(sentS > 8 && sentS < 14, `${sentS} s of 44`);
  const status = JSON.stringify(await client.result('goldfish/status', {}));
  assert.match(status, /"role":"voiceDetector","inUse":"Silero VAD 6[^"]*","why":"comes with Goldfish/);
  assert.match(status, /"role":"reader","inUse":"PP-OCRv4[^"]*","why":"comes with Goldfish/);

  // Without the detector, the levels let the music through.
  await client.result('goldfish/settings/set', { key: 'models.voiceDetector', value: 'none' });
  const sentBefore = host.hearings.length;
  await client.request('goldfish/reindex', { uri: uriOf('harbour-radio.webm') });
  await finishedLines(client, uriOf('harbour-radio.webm'), 'speech');
  const levelS = host.hearings
    .slice(sentBefore)
    .reduce((sum, { samples }) => sum + samples.length / 16_000, 0);
  assert.ok(levelS > 35, `${levelS} s of 44`);
});
