// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { pageUrl, readLibrary, writeLibrary } from '../support/page-library.ts';
import { openPage, plays, started } from '../support/page-view.ts';
import { atRest, statusWhen } from '../support/watched.ts';

const shots = process.env.GOLDFISH_SCREENSHOTS ?? join(sandbox().folder, 'shots');
let browser: Browser;

before(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await openBrowser();
});

after(() => browser?.close());

/** A daemon without a folder, beside a folder of videos. */
async function startEmpty(t: test.TestContext) {
  const box = sandbox();
  const folder = join(box.folder, 'aquarium videos');
  await writeLibrary(folder);
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  return { box, folder, daemon, client: await daemon.client() };
}

/** Drops a folder on an element. A browser tells a page its name, never its path. */
const dropFolder = (page: Page, selector: string, name: string) =>
  page.locator(selector).evaluate((element, folderName) => {
    const { Event } = globalThis as unknown as {
      Event: new (name: string, options: object) => { dataTransfer?: unknown };
    };
    const drop = new Event('drop', { bubbles: true, cancelable: true });
    const entry = { isDirectory: true, name: folderName };
    Object.defineProperty(drop, 'dataTransfer', { value: { items: [{ webkitGetAsEntry: () => entry }] } });
    (element as unknown as { dispatchEvent(event: unknown): void }).dispatchEvent(drop);
  }, name);

test('given a first run, when a person adds a folder, asks and clicks, then the moment plays after these three steps', async (t) => {
  const { folder, client } = await startEmpty(t);
  const { page, complaints, shot } = await openPage(t, browser, await pageUrl(client), shots);
  await page.locator('#folder input').fill(folder);
  await page.locator('#folder input').press('Enter');
  await started(page);
  await statusWhen(client, atRest);
  await page.locator('#question').fill('What does the axolotl eat?');
  await page.locator('#question').press('Enter');
  await page.locator('.answer[aria-busy=false] .cite').first().click();
  await plays(page, 40);
  await shot('first-answer');
  assert.deepEqual(
    complaints.filter((complaint) => !complaint.includes('410')),
    [],
  );
});

test('given a first run, when a folder is dropped, then the page finds it on this computer and adds it', async (t) => {
  const { client } = await startEmpty(t);
  const { page, shot } = await openPage(t, browser, await pageUrl(client), shots);
  await page.locator('.drop').waitFor();
  await dropFolder(page, '.drop', 'aquarium videos');
  await page.locator('#add-here', { hasText: 'Add “aquarium videos”' }).waitFor();
  await shot('dropped-folder');
  await page.locator('#add-here').click();
  await started(page);
  const { folders } = (await client.result('goldfish/folders/list')) as {
    folders: readonly { path: string }[];
  };
  assert.match(folders[0]?.path ?? '', /aquarium videos$/);
});

test('given a first run, when the name of a dropped folder is unknown, then the page says so and lists folders', async (t) => {
  const { client } = await startEmpty(t);
  const { page } = await openPage(t, browser, await pageUrl(client), shots);
  await page.locator('.drop').waitFor();
  await dropFolder(page, '.drop', 'somewhere else');
  await page
    .locator('dialog .trouble', { hasText: 'A browser does not say where “somewhere else” is.' })
    .waitFor();
  await page.locator('.dirs li').first().waitFor();
});

test('given a stopped daemon, when a question is asked and the daemon comes back, then the question is answered', async (t) => {
  const { box, folder, daemon, client } = await startEmpty(t);
  await readLibrary(client, folder);
  await statusWhen(client, atRest);
  const { page, shot } = await openPage(t, browser, await pageUrl(client), shots);
  await started(page);
  daemon.child.kill();
  await daemon.exit;
  await page.locator('#gone').waitFor();
  await page.locator('#question').fill('What does the heater keep?');
  await page.locator('#question').press('Enter');
  await page.locator('#gone', { hasText: 'Your question is sent when it is back.' }).waitFor();
  await shot('question-waits');
  await comeBack(t, box);
  await page.locator('.answer[aria-busy=false] .cite').first().waitFor();
  await page.locator('.answer', { hasText: 'twenty four degrees' }).waitFor();
  assert.equal(await page.locator('#gone').count(), 0);
  assert.equal(await page.locator('#question').inputValue(), '');
});

/** Starts the daemon of the same data folder again. It has the same address. */
async function comeBack(t: test.TestContext, box: Sandbox): Promise<void> {
  const again = await startDaemon(box);
  t.after(() => again.child.kill());
}
