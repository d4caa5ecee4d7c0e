// needs: chromium
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { CorrectionsResult } from '../../server/protocol/corrections.ts';
import { HIGH_VOICE, LOW_VOICE, TINY_VOICES, writeMeeting } from '../support/made-up-voices.ts';
import { seriousFaults } from '../support/page-view.ts';
import { type PageWorld, speech, startPageWorld } from '../support/page-world.ts';
import { atRest, statusWhen, uriOf } from '../support/watched.ts';

let world: PageWorld;
let meeting: string;

before(async () => {
  world = await startPageWorld();
  const set = (key: string, value: unknown) => world.client.result('goldfish/settings/set', { key, value });
  await set('models.voiceDetector', 'none');
  await set('models.diariser', TINY_VOICES);
  meeting = join(world.folder, 'meeting.mp4');
  await writeMeeting(meeting, [
    { voice: LOW_VOICE, text: 'The budget for the bridge is too small.' },
    { voice: HIGH_VOICE, text: 'Then we sell the old tractor.' },
    { voice: LOW_VOICE, text: 'Nobody wants a tractor.' },
    { voice: HIGH_VOICE, text: 'The museum asked for it twice.' },
  ]);
  await world.client.result('goldfish/index', { uris: [uriOf(meeting)] });
  await statusWhen(world.client, atRest);
});

after(() => world?.end());

test('given voices, when one is clicked and named, then all its lines have the name, also in other videos if wanted, and it can be undone', async (t) => {
  const { page, complaints, shot } = await world.open(t, `#v=${encodeURIComponent(uriOf(meeting))}&t=0`);
  const voice = speech(page, 'Then we sell').locator('em.voice', { hasText: 'Voice 2:' });
  await voice.click();
  const field = page.locator('input[name=speaker]');
  await field.waitFor();
  await page.waitForFunction(() => {
    const { document } = globalThis as unknown as {
      document: { activeElement?: { getAttribute(name: string): string | null } };
    };
    return document.activeElement?.getAttribute('name') === 'speaker';
  });
  assert.equal(await page.locator('input[name=everywhere]').isChecked(), true);
  await shot('name-a-voice');
  assert.deepEqual(await seriousFaults(page), []);
  await page.keyboard.type('Anna');
  await page.locator('input[name=otherVideos]').check();
  await page.locator('#save-line').click();
  await speech(page, 'Then we sell').locator('em', { hasText: 'Anna:' }).waitFor();
  await speech(page, 'The museum').locator('em', { hasText: 'Anna:' }).waitFor();
  const { corrections } = (await world.client.result('goldfish/corrections/list', {
    uri: uriOf(meeting),
  })) as unknown as CorrectionsResult;
  assert.deepEqual(
    corrections.map(
      (correction) => correction.change === 'speaker' && [correction.was, correction.everywhere],
    ),
    [['Voice 2', true]],
  );

  await speech(page, 'Then we sell').locator('.seek').focus();
  await page.keyboard.press('e');
  await page.locator('#take-back').click();
  await speech(page, 'Then we sell').locator('em', { hasText: 'Voice 2:' }).waitFor();
  assert.deepEqual(complaints, []);
});
