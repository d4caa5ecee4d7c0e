// needs: chromium
// needs: ffmpeg
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { openBrowser } from '../support/browser.ts';
import { drawNumber } from '../support/clock-picture.ts';
import { type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import { type MediaSpec, makeMedia, tone } from '../support/make-media.ts';
import { pageUrl, readLibrary } from '../support/page-library.ts';
import { PAGE_MS } from '../support/page-view.ts';
import { runFfmpeg } from '../support/run-ffmpeg.ts';

const box = sandbox();
const folder = join(box.folder, 'videos');
const aac = pathToFileUri(join(folder, 'talk with aac.mp4'));
const hevc = pathToFileUri(join(folder, 'phone hevc.mp4'));
const free = pathToFileUri(join(folder, 'free.webm'));
const broken = pathToFileUri(join(folder, 'broken.mp4'));
/** Files whose own clock is not that of the index: they start late, or start again after half a minute. */
const otherClocks = ['late.webm', 'late.mp4', 'late.mkv', 'late.ts', 'joined.ts', 'joined.mpg'] as const;
let browser: Browser;
let daemon: RunningDaemon;
let url: string;

/** Each second shows its number; odd ones are heard. Key frames are ten seconds apart. */
const spec = (codec: 'h264' | 'hevc' | 'vp8', audio: 'aac' | 'vorbis'): MediaSpec => ({
  seconds: 60,
  video: {
    codec,
    keyEvery: 100,
    draw: (canvas, timeMs) => drawNumber(canvas, Math.floor(timeMs / 1000 + 0.01)),
  },
  audio: { codec: audio, sample: (time) => (Math.floor(time) % 2 === 1 ? tone(440)(time) : 0) },
});

before(async () => {
  mkdirSync(folder, { recursive: true });
  await makeMedia(join(folder, 'talk with aac.mp4'), spec('h264', 'aac'));
  await makeMedia(join(folder, 'phone hevc.mp4'), spec('hevc', 'aac'));
  await makeMedia(join(folder, 'free.webm'), { ...spec('vp8', 'vorbis'), seconds: 10 });
  writeFileSync(join(folder, 'broken.mp4'), 'only words\n'.repeat(400));
  makeOtherClocks();
  [browser, daemon] = await Promise.all([openBrowser(), startDaemon(box)]);
  const client = await daemon.client();
  await readLibrary(client, folder);
  url = await pageUrl(client);
});

after(async () => {
  await browser?.close();
  daemon?.child.kill();
  await daemon?.exit;
});

/** Makes the files with other clocks from those with usual ones. */
function makeOtherClocks(): void {
  const path = (name: string) => join(folder, name);
  const talk = ['-i', path('talk with aac.mp4')];
  const late = ['-c', 'copy', '-output_ts_offset', '60'];
  runFfmpeg('-i', path('free.webm'), ...late, path('late.webm'));
  for (const ending of ['mp4', 'mkv', 'ts']) runFfmpeg(...talk, ...late, path(`late.${ending}`));
  const codecs = { ts: ['-c', 'copy'], mpg: ['-c:v', 'mpeg2video', '-r', '25', '-b:v', '1M', '-c:a', 'mp2'] };
  for (const [ending, codec] of Object.entries(codecs)) {
    const parts = ['0', '30'].map((from) => {
      const part = join(box.folder, `part.${ending}`);
      runFfmpeg('-ss', from, '-t', '30', ...talk, ...codec, part);
      return readFileSync(part);
    });
    writeFileSync(path(`joined.${ending}`), Buffer.concat(parts));
  }
}

/** A player as desktop VS Code's documentation describes it: it says that it has no AAC and no HEVC. */
const saysNo = `
  const not = /mp4a\\.40|hvc1|hev1/;
  const { canPlayType } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.canPlayType = function (type) { return not.test(type) ? '' : canPlayType.call(this, type); };
  const { isTypeSupported } = MediaSource;
  MediaSource.isTypeSupported = (type) => !not.test(type) && isTypeSupported.call(MediaSource, type);
`;
/** One that says it has AAC and cannot decode it. */
const saysYes = `OfflineAudioContext.prototype.decodeAudioData = () => Promise.reject(new Error('no decoder'));`;

interface Opened {
  readonly page: Page;
  /** Queries of the videos that were asked for. */
  readonly asked: URLSearchParams[];
}

async function open(t: test.TestContext, uri: string, seconds: number, script: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  t.after(() => context.close());
  await context.addInitScript(tools + script);
  const page = await context.newPage();
  page.setDefaultTimeout(PAGE_MS);
  const asked: URLSearchParams[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname.endsWith('/video')) asked.push(searchParams);
  });
  await page.goto(`${url}#v=${encodeURIComponent(uri)}&t=${seconds}`);
  return { page, asked };
}

/** Runs on the page: `now` is the second that it tells, `look` what a person sees and hears in two seconds. */
const tools = `
  globalThis.now = () => Number(document.querySelector('.timeline')?.getAttribute('aria-valuenow'));
  globalThis.plays = (seconds) => {
    const video = document.querySelector('video');
    if (!video || video.paused || video.seeking || video.readyState < 3 || video.currentTime < 0.2) return false;
    return now() >= Math.floor(seconds) && now() < seconds + 6;
  };
  globalThis.look = async () => {
    const video = document.querySelector('video');
    if (globalThis.heard?.video !== video) {
      const context = new AudioContext();
      const node = context.createAnalyser();
      context.createMediaElementSource(video).connect(node).connect(context.destination);
      globalThis.heard = { video, node };
    }
    const canvas = new OffscreenCanvas(320, 180).getContext('2d');
    canvas.drawImage(video, 0, 0, 320, 180);
    const { data } = canvas.getImageData(0, 0, 320, 180);
    let number = 0;
    for (let bit = 0; bit < 8; bit += 1)
      number = number * 2 + (data[(126 * 320 + Math.floor((bit + 0.5) * 40)) * 4] > 110 ? 1 : 0);
    const told = now();
    const samples = new Float32Array(globalThis.heard.node.fftSize);
    let peak = 0;
    for (const until = video.currentTime + 2; video.currentTime < until && !video.ended; ) {
      globalThis.heard.node.getFloatTimeDomainData(samples);
      peak = Math.max(peak, ...samples);
      await new Promise(requestAnimationFrame);
    }
    return { number, now: told, peak, bytes: video.webkitAudioDecodedByteCount };
  };
`;

interface Tools {
  now(): number;
  plays(seconds: number): boolean;
}

interface Seen {
  /** The second that the picture shows, and the one that the page tells. */
  readonly number: number;
  readonly now: number;
  readonly peak: number;
  readonly bytes: number;
}

/** Resolves with what is seen and heard once the player plays on from a second. */
async function playing(page: Page, seconds: number): Promise<Seen> {
  await page.waitForFunction((from) => (globalThis as unknown as Tools).plays(from), seconds);
  return page.evaluate<Seen>('look()');
}

/** Asserts that the picture of a second is shown, with sound. */
async function playsAt(page: Page, seconds: number): Promise<void> {
  const { number, peak, bytes } = await playing(page, seconds);
  assert.ok(
    number >= Math.floor(seconds) && number <= seconds + 6,
    `second ${number} is shown, not ${seconds}`,
  );
  assert.ok(peak > 0.2, `the loudest sample is ${peak}`);
  assert.ok(bytes > 0, 'the sound is decoded');
}

async function clickTimeline(page: Page, share: number): Promise<void> {
  const bar = await page.locator('.timeline').boundingBox();
  assert.ok(bar);
  await page.mouse.click(bar.x + bar.width * share, bar.y + bar.height / 2);
}

for (const [how, script] of [
  ['says that it has no AAC', saysNo],
  ['says that it has AAC and has not', saysYes],
] as const)
  test(`given a player that ${how}, when the file plays, then it starts at its second with sound and seeks`, async (t) => {
    const { page, asked } = await open(t, aac, 13.2, script);
    await playsAt(page, 13.2);
    const [first] = asked;
    assert.equal(first?.get('ms'), '13200');
    assert.ok(
      first.get('plays')?.split(',').includes('h264') && !first.get('plays')?.split(',').includes('aac'),
    );
    assert.match((await page.locator('.watch').textContent()) ?? '', /Audio converted/);
    await clickTimeline(page, 0.75);
    await playsAt(page, 45);
    await clickTimeline(page, 0.1);
    await playsAt(page, 6);
    await page.locator('.timeline').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => (globalThis as unknown as Tools).now() >= 11);
    await page.locator('#play[aria-label^=Pause]').click();
    await page.locator('#play[aria-label^=Play]').click();
    await page.locator('#play[aria-label^=Pause]').waitFor();
    assert.ok(asked.length >= 4);
  });

test('given a file with HEVC, when it plays, then it is re-encoded, starts at its second with sound and seeks', async (t) => {
  const { page, asked } = await open(t, hevc, 27.5, saysNo);
  await playsAt(page, 27.5);
  assert.match((await page.locator('.watch').textContent()) ?? '', /Video converted/);
  await clickTimeline(page, 0.5);
  await playsAt(page, 30);
  assert.ok(asked.every((query) => query.get('plays') !== null));
});

test('given a supported file, when it plays, then the player gets the original by ranges', async (t) => {
  const { page, asked } = await open(t, free, 5, saysNo);
  await playsAt(page, 5);
  assert.ok(asked.length > 0 && asked.every((query) => query.get('plays') === null));
  await page.locator('#play[aria-label^=Pause]').click();
  await page.locator('#play[aria-label^=Play]').waitFor();
});

test('given a player that fails at a file it claims to support, when it plays, then it gets a converted stream', async (t) => {
  const { page, asked } = await open(t, free, 3, '');
  await playing(page, 3);
  await page.route(/\/video\?(?!.*plays=)/, (route) => route.abort());
  await page.reload();
  await playsAt(page, 3);
  assert.deepEqual([asked.at(-1)?.get('plays'), asked.at(-1)?.get('ms')], ['', '3000']);
});

for (const name of otherClocks) {
  test(`given ${name}, whose clock is not that of the index, when it plays at a second, then that second is shown`, async (t) => {
    const seconds = name === 'late.webm' ? 5 : 43;
    const { page } = await open(t, pathToFileUri(join(folder, name)), seconds, '');
    const { number, now } = await playing(page, seconds);
    assert.ok(Math.abs(number - now) <= 1, `the page says ${now} and shows ${number}`);
    assert.ok(number >= seconds - 1 && number <= seconds + 6, `second ${number} is shown, not ${seconds}`);
  });
}

test('given a file that cannot be converted, when it plays, then the page shows why', async (t) => {
  const { page } = await open(t, broken, 0, saysNo);
  await page.locator('.watch .trouble', { hasText: 'no video or sound that can be read' }).waitFor();
  await page.locator('.watch .trouble', { hasText: 'convert it' }).waitFor();
});
