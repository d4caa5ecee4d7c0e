import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { type RunningDaemon, sandbox, startDaemon } from './daemon.ts';
import type { IndependentClient } from './independent-client.ts';
import { type OpenAiServer, openaiServer } from './openai-server.ts';
import { pageUrl, readLibrary, writeLibrary } from './page-library.ts';
import { type Opened, openPage } from './page-view.ts';
import { atRest, statusWhen, uriOf } from './watched.ts';

export const CAPTIONER = 'stand-in-vlm';

/** A browser, and a daemon that has read the library of `writeLibrary` with a captioner. */
export interface PageWorld {
  readonly browser: Browser;
  readonly captioner: OpenAiServer;
  readonly daemon: RunningDaemon;
  readonly client: IndependentClient;
  readonly url: string;
  /** The folder of the videos. */
  readonly folder: string;
  /** The path of the video with the lesson. */
  readonly lesson: string;
  /** Where screenshots go; GOLDFISH_SCREENSHOTS keeps them. */
  readonly shots: string;
  /** Opens the page in a context of its own, which ends with the test. */
  open(t: TestContext, fragment?: string, options?: object): Promise<Opened>;
  /** The address of the lesson at a second. */
  lessonAt(seconds: number): string;
  end(): Promise<void>;
}

export async function startPageWorld(): Promise<PageWorld> {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? join(box.folder, 'shots');
  mkdirSync(shots, { recursive: true });
  const { lesson } = await writeLibrary(folder);
  const captioner = await openaiServer({
    model: CAPTIONER,
    answer: () => ['A bar grows over a plain wall.'],
  });
  const [browser, daemon] = await Promise.all([openBrowser(), startDaemon(box)]);
  const client = await daemon.client();
  const value = `${captioner.baseUrl}#${CAPTIONER}`;
  await client.result('goldfish/settings/set', { key: 'models.captioner', value });
  await readLibrary(client, folder);
  await statusWhen(client, atRest);
  const url = await pageUrl(client);
  return {
    browser,
    captioner,
    daemon,
    client,
    url,
    folder,
    lesson,
    shots,
    open: (t, fragment = '', options = {}) => openPage(t, browser, `${url}${fragment}`, shots, options),
    lessonAt: (seconds) => `#v=${encodeURIComponent(uriOf(lesson))}&t=${seconds}`,
    async end() {
      await browser.close();
      daemon.child.kill();
      await daemon.exit;
      await captioner.close();
    },
  };
}

/** What the page asks the daemon for from now on: the parameters of each request of a method. */
export function requests(page: Page, method: string): readonly Record<string, unknown>[] {
  const sent: Record<string, unknown>[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(String(payload)) as { method?: string; params?: Record<string, unknown> };
      if (message.method === method) sent.push(message.params ?? {});
    }),
  );
  return sent;
}

/** What these tests use of the page's own world; their types are Node's. */
interface Shown {
  readonly document: { readonly activeElement: { readonly tagName: string } | null };
}

/** Resolves when an element of that name has the focus. */
export const focusOn = (page: Page, tag: string) =>
  page.waitForFunction(
    (wanted) => (globalThis as unknown as Shown).document.activeElement?.tagName === wanted,
    tag,
  );

/** A line of the transcript. */
export const speech = (page: Page, text: string) => page.locator('.transcript .vrow', { hasText: text });
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
