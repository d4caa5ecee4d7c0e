// Makes pictures of all states of the page: `npm run screenshots -- [FOLDER] [--only NAME,...]`. With the
// pictures of the mocks beside them, also one picture of each pair. Makes the animation of the README as well, as
// `--only animation` does. Run it after a change of the page, look at the
// pictures, and copy those of docs/design.md: `--docs` does that. Needs chromium on PATH.
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import { pageUrl, readLibrary } from '../support/page-library.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { atRest, statusWhen } from '../support/watched.ts';
import { makeAnimation } from './animation.ts';
import { ANIMATION, picturesBeside, writeDocs } from './sheets.ts';
import { DEMO_STATES, DISCONNECTED, FIRST_VISIT, type PageState, picturesLoaded } from './states.ts';
import { takeEditorPictures } from './vscode.ts';

const root = join(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    looks: { type: 'string' },
    mocks: { type: 'string', default: join(root, '../shared/design/shots') },
    docs: { type: 'boolean', default: false },
    editor: { type: 'boolean', default: false },
  },
});
const folder = resolve(positionals[0] ?? mkdtempSync(join(tempFolder(), 'screenshots-')));
/** A page that never shows a state fails the run. */
const STATE_MS = 180_000;

interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  readonly isContrast?: boolean;
}

const LOOKS: readonly Look[] = [
  ...[
    { width: 360, height: 780 },
    { width: 800, height: 900 },
    { width: 1280, height: 860 },
    { width: 1600, height: 960 },
  ].flatMap((size) => [
    { ...size, scheme: 'light' as const },
    { ...size, scheme: 'dark' as const },
  ]),
  { width: 1280, height: 860, scheme: 'light', isContrast: true },
  { width: 1280, height: 860, scheme: 'dark', isContrast: true },
];

/** The looks to take: those whose names contain one of `--looks`, as in `1280,360-dark`. */
const chosenLooks = () =>
  LOOKS.filter((look) => values.looks?.split(',').some((part) => lookName(look).includes(part)) ?? true);

const lookName = ({ width, scheme, isContrast }: Look) => `${width}-${scheme}${isContrast ? '-hc' : ''}`;

async function takeState(
  browser: Browser,
  url: string,
  state: PageState,
  look: Look,
  then?: (page: Page) => Promise<void>,
) {
  const { width, height, scheme, isContrast = false } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    contrast: isContrast ? 'more' : 'no-preference',
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(STATE_MS);
    await page.goto(url);
    if (then === undefined) await state.reach(page);
    else await then(page);
    await picturesLoaded(page);
    await page.screenshot({ path: join(folder, `${state.name}-${lookName(look)}.png`) });
  } finally {
    await context.close();
  }
}

const wanted = values.only?.split(',');
const isWanted = ({ name }: Pick<PageState, 'name'>) => wanted === undefined || wanted.includes(name);

async function takeStates(browser: Browser, url: string, states: readonly PageState[]): Promise<void> {
  for (const state of states.filter(isWanted))
    for (const look of chosenLooks())
      if (state.widths?.includes(look.width) ?? true) await takeState(browser, url, state, look);
}

/** The daemon ends while the page is open, so each look has a daemon of its own. */
async function takeDisconnected(browser: Browser): Promise<void> {
  if (!isWanted(DISCONNECTED)) return;
  for (const look of chosenLooks().filter(({ width }) => width !== 1600)) {
    const { url, daemon } = await startDemo();
    await takeState(browser, url, DISCONNECTED, look, async (page) => {
      await DEMO_STATES.find(({ name }) => name === 'answer')?.reach(page);
      daemon.child.kill();
      await daemon.exit;
      await DISCONNECTED.reach(page);
    });
  }
}

async function startDemo(): Promise<{ readonly url: string; readonly daemon: RunningDaemon }> {
  const daemon = await startDaemon(sandbox());
  const client = await daemon.client();
  await readLibrary(client, join(root, 'demo/videos'));
  await statusWhen(client, atRest);
  return { url: await pageUrl(client), daemon };
}

async function stop({ child, exit }: RunningDaemon): Promise<void> {
  child.kill();
  await exit;
}

mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
try {
  if (isWanted(FIRST_VISIT)) {
    const empty = await startDaemon(sandbox());
    await takeStates(browser, await pageUrl(await empty.client()), [FIRST_VISIT]);
    await stop(empty);
  }
  const demo = await startDemo();
  await takeStates(browser, demo.url, DEMO_STATES);
  if (isWanted({ name: 'animation' })) await makeAnimation(browser, demo.url, join(folder, ANIMATION));
  await stop(demo.daemon);
  await takeDisconnected(browser);
  if (values.editor) await takeEditorPictures(browser, folder);
} finally {
  await browser.close();
}
if (existsSync(values.mocks))
  await picturesBeside(folder, values.mocks, [FIRST_VISIT, ...DEMO_STATES, DISCONNECTED]);
if (values.docs) await writeDocs(folder, join(root, 'docs'));
console.log(`Pictures are in ${folder}`);
process.exit(0);
