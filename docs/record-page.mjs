// Records docs/page.gif, the animation in the README: a question, its answer, and the cited moment playing.
// Run `npm start` in one terminal, then in another: `node docs/record-page.mjs`. Needs chromium and ffmpeg on PATH.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '..');
const QUESTION = 'How long does a goldfish remember?';
const TYPING_MS = 45;
const READING_MS = 1800;
const PLAYING_MS = 4500;
const SIZE_PX = { width: 1100, height: 640 };
const FRAMES_PER_SECOND = 8;

const runGoldfish = (...args) =>
  execFileSync(process.execPath, [join(root, 'server/bin/goldfish.mjs'), ...args], { encoding: 'utf8' });
const chromiumPath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();

/** Saves a picture of the page at a steady rate until the returned function is called. */
function startRecording(page, folder) {
  const frames = [];
  let isRecording = true;
  const loop = async () => {
    while (isRecording) {
      const path = join(folder, `${String(frames.length).padStart(5, '0')}.png`);
      const startedMs = performance.now();
      await page.screenshot({ path, caret: 'initial' });
      frames.push({ path, startedMs });
    }
  };
  const ended = loop();
  return async () => {
    isRecording = false;
    await ended;
    return frames;
  };
}

/** Joins the pictures into a GIF, each shown as long as it was on screen. */
function writeGif(frames, folder, target) {
  const list = frames.flatMap(({ path, startedMs }, index) => {
    const nextMs = frames[index + 1]?.startedMs ?? startedMs + 1500;
    return [`file '${path}'`, `duration ${((nextMs - startedMs) / 1000).toFixed(3)}`];
  });
  const listPath = join(folder, 'frames.txt');
  writeFileSync(listPath, list.join('\n'));
  const filters = `fps=${FRAMES_PER_SECOND},split[a][b];[a]palettegen=max_colors=96:stats_mode=diff[p];[b][p]paletteuse=dither=none:diff_mode=rectangle`;
  const input = ['-f', 'concat', '-safe', '0', '-i', listPath];
  execFileSync('ffmpeg', ['-y', '-v', 'error', ...input, '-vf', filters, '-loop', '0', target]);
}

/** Asks the question on a fresh page and plays the moment that the answer cites. */
async function askAndPlay(page, url, onReady = () => {}) {
  await page.goto(url);
  const box = page.locator('textarea, input[type=text], input[type=search]').first();
  await box.waitFor();
  onReady();
  await box.pressSequentially(QUESTION, { delay: TYPING_MS });
  await box.press('Enter');
  await page.locator('.chip').first().waitFor();
  await page.waitForTimeout(READING_MS);
  await page.locator('.chip').first().click();
  await page.waitForFunction(() => globalThis.document.querySelector('video')?.readyState === 4);
  await page.waitForTimeout(PLAYING_MS);
}

const folder = mkdtempSync(join(tmpdir(), 'goldfish-record-'));
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
});
try {
  const url = runGoldfish('open', '--demo', '--print').trim();
  const page = await browser.newPage({ viewport: SIZE_PX });
  // The first round fills the caches, so that the recorded one does not show a cold start.
  await askAndPlay(page, url);
  await page.evaluate(() => globalThis.localStorage.clear());
  await page.goto('about:blank');
  let stopRecording = async () => [];
  await askAndPlay(page, url, () => {
    stopRecording = startRecording(page, folder);
  });
  writeGif(await stopRecording(), folder, join(root, 'docs/page.gif'));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
