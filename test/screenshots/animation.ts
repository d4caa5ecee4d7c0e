import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { QUESTION } from './states.ts';

const SIZE_PX = { width: 1180, height: 680 };
const SCALED_PX = 900;
const TYPING_MS = 45;
const READING_MS = 1800;
const PLAYING_MS = 4500;
/** The last frame stays this long. */
const LAST_MS = 1500;

interface Frame {
  readonly png: Buffer;
  readonly startedMs: number;
}

/** Takes pictures of the page one after the other until the returned function is called. */
function startRecording(page: Page): () => Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  let isRecording = true;
  const loop = async () => {
    while (isRecording) {
      const startedMs = performance.now();
      frames.push({ png: await page.screenshot({ caret: 'initial' }), startedMs });
    }
  };
  const ended = loop();
  return async () => {
    isRecording = false;
    await ended;
    return frames;
  };
}

/** Asks the question on a fresh page and plays the moment that the answer cites. */
async function askAndPlay(page: Page): Promise<void> {
  const composer = page.locator('#question');
  await composer.pressSequentially(QUESTION, { delay: TYPING_MS });
  await composer.press('Enter');
  await page.locator('.answer[aria-busy=false] .cite').first().waitFor();
  await page.waitForTimeout(READING_MS);
  await page.locator('.a .cite').first().click();
  await page.locator('#play[aria-label^=Pause]').waitFor();
  await page.waitForTimeout(PLAYING_MS);
}

/** Records the animation of the README: a question, its answer, and the cited moment playing. */
export async function recordAnimation(browser: Browser, url: string, target: string): Promise<void> {
  const context = await browser.newContext({ viewport: SIZE_PX, colorScheme: 'light' });
  const page = await context.newPage();
  // The first round fills the caches, so that the recorded one does not show a cold start.
  await page.goto(url);
  await askAndPlay(page);
  await page.evaluate('localStorage.clear()');
  await page.goto(url);
  await page.locator('.start h1').waitFor();
  const stopRecording = startRecording(page);
  await askAndPlay(page);
  const frames = await stopRecording();
  await context.close();
  const scaled = await Promise.all(
    frames.map(({ png }) => sharp(png).resize({ width: SCALED_PX }).png().toBuffer()),
  );
  const delay = frames.map(({ startedMs }, at) =>
    Math.max(20, Math.round((frames[at + 1]?.startedMs ?? startedMs + LAST_MS) - startedMs)),
  );
  await sharp(scaled, { join: { animated: true } })
    .gif({ delay, loop: 0, colours: 96, interFrameMaxError: 4 })
    .toFile(target);
}
