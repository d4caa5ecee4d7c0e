// How soon the page paints with the demo, and how smoothly 10,000 videos and a transcript of ten hours scroll: frames while
// scrolling, of those of the same page at rest, in a Chromium without a GPU. `npm run bench -- page`. Needs chromium.
import { join } from 'node:path';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { enlargeLibrary } from '../support/large-library.ts';
import { pageUrl, readLibrary } from '../support/page-library.ts';
import { atRest, statusWhen } from '../support/watched.ts';
import { at, rounded, row } from './timing.ts';

const VIDEOS = 10_000;
/** A transcript of ten hours, a line every 2 s. */
const LINES = 18_000;
const RUNS = 7;
const MEASURED_MS = 3000;
/** As fast as a quick turn of a mouse wheel, in px a frame. */
const STEP_PX = 40;

/** Milliseconds until the page's first paint and until its first content, on a page that was opened before. */
async function firstPaint(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const values = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const page = await context.newPage();
    await page.goto(url);
    await page.locator('.start h1').waitFor();
    values.push(
      await page.evaluate(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      ),
    );
    await page.close();
  }
  await context.close();
  // The first run fills the browser's caches.
  return values.slice(1);
}

/** Frames in some seconds: at rest, and while an element scrolls. */
const frames = (page, selector) =>
  page.evaluate(
    async ({ selector: target, ms, step }) => {
      const list = document.querySelector(target);
      const count = (onFrame) =>
        new Promise((done) => {
          const start = performance.now();
          let drawn = 0;
          const next = () => {
            onFrame();
            drawn += 1;
            if (performance.now() - start < ms) requestAnimationFrame(next);
            else done(drawn / ((performance.now() - start) / 1000));
          };
          requestAnimationFrame(next);
        });
      const atRest = await count(() => undefined);
      const scrolling = await count(() => {
        list.scrollTop += step;
      });
      return { atRest, scrolling };
    },
    { selector, ms: MEASURED_MS, step: STEP_PX },
  );

async function scrollRows(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await enlargeLibrary(page, { videos: VIDEOS, lines: LINES });
  const start = performance.now();
  await page.goto(`${url}?view=library`);
  await page.locator('.vid').first().waitFor();
  const shownMs = performance.now() - start;
  const grid = await frames(page, '#library-grid');
  await page.evaluate(() => document.querySelector('#library-grid').scrollTo(0, 0));
  await page.locator('.vid .open').first().click();
  await page.locator('.transcript-line').first().waitFor();
  const transcript = await frames(page, '#transcript');
  await page.close();
  const share = ({ atRest: still, scrolling }) => rounded(scrolling / still, 2);
  return [
    row('library of 10,000 videos, from its address to the first cards', Math.round(shownMs), 'ms'),
    row('frames a second at rest', rounded(grid.atRest), ''),
    row('frames while 10,000 videos scroll, relative to rest', share(grid), '', '>= 0.95'),
    row('frames while a transcript of 10 hours scrolls, relative to rest', share(transcript), '', '>= 0.95'),
  ];
}

export async function bench() {
  const daemon = await startDaemon(sandbox());
  const browser = await openBrowser();
  try {
    const client = await daemon.client();
    await readLibrary(client, join(import.meta.dirname, '../../demo/videos'));
    await statusWhen(client, atRest);
    const url = await pageUrl(client);
    const paints = await firstPaint(browser, url);
    return [
      row('first paint of the page with the demo, p50', Math.round(at(paints, 0.5)), 'ms', '<= 300'),
      ...(await scrollRows(browser, url)),
    ];
  } finally {
    await browser.close();
    daemon.child.kill();
    await daemon.exit;
  }
}
