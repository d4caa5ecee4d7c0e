// needs: chromium
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { ask, pause, plays, seriousFaults } from '../support/page-view.ts';
import { focusOn, type PageWorld, speech, startPageWorld } from '../support/page-world.ts';
import { search, uriOf } from '../support/watched.ts';

let world: PageWorld;

before(async () => {
  world = await startPageWorld();
});

after(() => world?.end());

const HOSTILE = '<img src=x onerror=globalThis.hacked=1> [x](command:quit)';

test('given a line, when it is corrected in place, then its new words are found and the correction can be undone', async (t) => {
  const { page, complaints, shot } = await world.open(t, world.lessonAt(20));
  await plays(page, 20);
  await page.locator('.transcript [aria-current=true]', { hasText: 'heater' }).waitFor();
  await pause(page);
  // The composer has the focus at start: letters are typed. Esc leaves it.
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  const text = page.locator('.editor textarea');
  await text.waitFor();
  await focusOn(page, 'TEXTAREA');
  await shot('editor');
  assert.deepEqual(await seriousFaults(page), []);
  await text.fill(`The chiller keeps it at six degrees. ${HOSTILE}`);
  await text.press('Enter');
  await speech(page, 'chiller').locator('.corrected').waitFor();
  await focusOn(page, 'BUTTON');
  assert.match(
    (await speech(page, 'chiller').textContent()) ?? '',
    /<img src=x onerror=globalThis\.hacked=1>/,
  );
  await ask(page, 'chiller');
  await page.locator('.hit', { hasText: 'six degrees' }).first().waitFor();
  assert.equal(await page.evaluate(() => 'hacked' in globalThis), false);
  assert.equal(await page.locator('a[href^="command:"], img[onerror]').count(), 0);
  assert.deepEqual(
    (await search(world.client, 'chiller')).map(({ uri }) => uri),
    [uriOf(world.lesson)],
  );

  const line = speech(page, 'chiller');
  await line.hover();
  await line.locator('.edit-line').click();
  await page.locator('.editor', { hasText: 'The heater keeps the water' }).waitFor();
  await page.locator('#take-back').click();
  await speech(page, 'The heater keeps the water').waitFor();
  assert.equal(await page.locator('.corrected').count(), 0);
  assert.deepEqual(complaints, []);
});

test('given a speaker, when it is renamed everywhere, then each line changes, and a failed save shows why', async (t) => {
  const { page } = await world.open(t, world.lessonAt(34));
  await speech(page, 'Snails').locator('em', { hasText: 'Ana:' }).waitFor();
  await speech(page, 'Snails').locator('.seek').focus();
  await page.keyboard.press('e');
  await page.locator('input[name=speaker]').fill('Bo');
  await page.locator('input[name=everywhere]').check();
  await page.locator('#save-line').click();
  await speech(page, 'Snails').locator('em', { hasText: 'Bo:' }).waitFor();
  await speech(page, 'lettuce').locator('em', { hasText: 'Bo:' }).waitFor();

  // Another client corrects the line while the form is open.
  await speech(page, 'lettuce').locator('.seek').focus();
  await page.keyboard.press('e');
  const params = { uri: uriOf(world.lesson), kind: 'speech', startMs: 47_000, text: 'Feed them cucumber.' };
  await world.client.result('goldfish/corrections/line', params);
  await page.locator('.editor textarea').fill('Feed them kale.');
  await page.locator('.editor textarea').press('Enter');
  await page.locator('.editor .trouble', { hasText: 'has no line of this kind' }).waitFor();
  await page.locator('.editor textarea').press('Escape');
  const { corrections } = (await world.client.result('goldfish/corrections/list', {
    uri: uriOf(world.lesson),
  })) as unknown as { corrections: readonly { id: string }[] };
  for (const { id } of corrections)
    await world.client.result('goldfish/corrections/remove', { uri: uriOf(world.lesson), id });
});

test('given a moment, when it is tagged, then the tag plays it and can be removed', async (t) => {
  const { page, shot } = await world.open(t);
  await ask(page, 'What does the axolotl eat?');
  await page.locator('.a .cite').first().click();
  await plays(page, 40);
  await page.locator('.timeline').focus();
  await page.keyboard.press('t');
  await focusOn(page, 'VSCODE-TEXTFIELD');
  await page.keyboard.type(`feeding time ${HOSTILE}`);
  await page.keyboard.press('Enter');
  const tag = page.locator('.tag', { hasText: 'feeding time <img' });
  await tag.waitFor();
  await page.locator('.tl .tag-mark').waitFor();
  await shot('tagged');
  assert.deepEqual(await seriousFaults(page), []);
  await page.getByRole('tab', { name: 'Transcript' }).click();
  await page.locator('.timeline').focus();
  await page.keyboard.press('Home');
  await plays(page, 0);
  await page.getByRole('tab', { name: 'Tags' }).click();
  await tag.locator('.link').click();
  await plays(page, 40);
  await page.locator('#clear').click();
  await page.locator('#question').fill('tag:feeding');
  await page.locator('#search').click();
  await page.locator('.hit .kind', { hasText: 'Tagged' }).first().waitFor();
  await tag.locator('.remove').click();
  await tag.waitFor({ state: 'detached' });
  assert.deepEqual(await search(world.client, 'tag:feeding'), []);
  assert.equal(await page.evaluate(() => 'hacked' in globalThis), false);
});
