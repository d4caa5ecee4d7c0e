// needs: chromium
// needs: openssl
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { makeCertificate } from '../support/certificate.ts';
import { sandbox } from '../support/daemon.ts';
import { ask, card, openLibrary, openPage, seriousFaults } from '../support/page-view.ts';
import { speech } from '../support/page-world.ts';
import { CANARY, fillTwoFolders, serveTeam } from '../support/team-world.ts';

async function signIn(page: Page, token: string): Promise<void> {
  await page.locator('#token').fill(token);
  await page.locator('button').click();
  await page.locator('#question').waitFor();
}

test('given users of a team, when they sign in over TLS, then each sees their folders and has the controls of their role', async (t) => {
  const box = sandbox();
  const { certificate, key } = makeCertificate(box.folder);
  const world = await serveTeam(t, { certificate, key }, box);
  const { open } = await fillTwoFolders(world);
  const browser = await openBrowser();
  t.after(() => browser.close());
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? box.folder;
  const visit = () => openPage(t, browser, world.url, shots, { ignoreHTTPSErrors: true });

  const reader = await visit();
  await reader.page.locator('#token').fill('goldfish_wrong');
  await reader.page.locator('button').click();
  await reader.page.getByText('This token is not valid').waitFor();
  await reader.shot('team-sign-in');
  assert.deepEqual(await seriousFaults(reader.page), []);
  await signIn(reader.page, await world.addUser('anna', 'reader', [open]));
  assert.equal(new URL(reader.page.url()).search, '');
  await ask(reader.page, 'When are apples harvested?');
  await reader.page.locator('.hit', { hasText: 'October' }).first().waitFor();
  await reader.page.locator('.hit', { hasText: 'October' }).first().click();
  await reader.page.locator('video').waitFor();
  assert.equal(await reader.page.locator('.edit-line:visible').count(), 0);
  await openLibrary(reader.page);
  await card(reader.page, 'harvest.mp4').waitFor();
  assert.doesNotMatch(await reader.page.content(), new RegExp(CANARY, 'i'));
  for (const control of ['#add-folder', '#add-link', '#models', '#folders'])
    assert.equal(await reader.page.locator(`${control}:visible`).count(), 0, control);
  // The form itself is refused with 401, and nothing else is.
  const others = reader.complaints.filter((line) => !/\b401\b/.test(line));
  assert.deepEqual(others, []);

  const corrector = await visit();
  await signIn(corrector.page, await world.addUser('carla', 'corrector'));
  await ask(corrector.page, 'When are apples harvested?');
  await corrector.page.locator('.hit', { hasText: 'October' }).first().click();
  const line = speech(corrector.page, 'Apples');
  await line.hover();
  await line.locator('.edit-line').click();
  await corrector.page.locator('.editor textarea').fill('Pears are harvested in October.');
  await corrector.page.locator('.editor textarea').press('Enter');
  await corrector.page.locator('.corrected').first().waitFor();
  await openLibrary(corrector.page);
  await card(corrector.page, 'harvest.mp4').waitFor();
  assert.equal(await corrector.page.locator('#add-folder:visible').count(), 0);
  const { hits } = await world.local.result('goldfish/search', { query: 'pears' });
  assert.equal((hits as unknown[]).length, 1);

  await world.local.result('goldfish/users/remove', { name: 'carla' });
  await corrector.page.locator('#gone').waitFor();
  await corrector.page.reload();
  await corrector.page.locator('#token').waitFor();
});
