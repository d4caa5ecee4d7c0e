import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { picturesLoaded, QUESTION, seekTo } from './states.ts';

const SIZE_PX = { width: 1180, height: 680 };
const SCALED_PX = 900;
/** How long each picture of a part stays. */
const TYPING_MS = 90;
const READING_MS = 1800;
const PLAYING_MS = 250;
/** The last picture stays this long. */
const LAST_MS = 1500;
const PLAYED_FRAMES = 18;
const QUALITY = 60;

interface Frame {
  readonly png: Buffer;
  readonly delayMs: number;
}

/** Slows the player down to nothing, so that each picture shows the second that it is meant to show. */
const holdPlayer = (page: Page) =>
  page.locator('video').evaluate((video) => {
    const player = video as unknown as EventTarget & { playbackRate: number; currentTime: number };
    player.playbackRate = 0.0625;
    // The page shows the speed that it reads here.
    Object.defineProperty(player, 'playbackRate', { get: () => 1 });
    return player.currentTime;
  });

/** Resolves when the player, which a wide page prepares, shows its frame. */
const posterLoaded = (page: Page) =>
  page.waitForFunction(() => {
    const { document } = globalThis as unknown as {
      document: { querySelector(selector: string): { readonly readyState: number } | null };
    };
    return (document.querySelector('video')?.readyState ?? 0) >= 2;
  });

/**
 * Asks the question on a fresh page and plays the moment that the answer cites. Takes a picture of each step; how long it
 * stays does not depend on how long it took.
 */
async function takeFrames(page: Page): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  const take = async (delayMs: number) => {
    frames.push({ png: await page.screenshot({ caret: 'initial' }), delayMs });
  };
  await picturesLoaded(page);
  await take(READING_MS / 2);
  const composer = page.locator('#question');
  for (let at = 0; at < QUESTION.length; at += 2) {
    await composer.pressSequentially(QUESTION.slice(at, at + 2));
    await take(TYPING_MS);
  }
  await composer.press('Enter');
  await page.locator('.answer[aria-busy=false] .cite').first().waitFor();
  await page.locator('.moment').nth(1).waitFor();
  await picturesLoaded(page);
  await posterLoaded(page);
  await take(READING_MS);
  await page.locator('.a .cite').first().hover();
  await page.locator('#preview').waitFor();
  await page
    .locator('#preview img')
    .evaluate((image) => (image as unknown as { decode(): Promise<void> }).decode());
  await take(READING_MS);
  await page.locator('.a .cite').first().click();
  await page.locator('#play[aria-label^=Pause]').waitFor();
  const startedAt = await holdPlayer(page);
  for (let step = 0; step < PLAYED_FRAMES; step += 1) {
    await seekTo(page, startedAt + (step * PLAYING_MS) / 1000);
    await take(step === PLAYED_FRAMES - 1 ? LAST_MS : PLAYING_MS);
  }
  return frames;
}

/** Makes the animation of the README: a question, its answer, the preview of a citation, and its moment playing. */
export async function makeAnimation(browser: Browser, url: string, target: string): Promise<void> {
  const context = await browser.newContext({ viewport: SIZE_PX, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('.start h1').waitFor();
  const frames = await takeFrames(page);
  await context.close();
  const scaled = await Promise.all(
    frames.map(({ png }) => sharp(png).resize({ width: SCALED_PX }).png().toBuffer()),
  );
  await sharp(scaled, { join: { animated: true } })
    .webp({
      delay: frames.map(({ delayMs }) => delayMs),
      loop: 0,
      quality: QUALITY,
      effort: 5,
      minSize: true,
    })
    .toFile(target);
}
