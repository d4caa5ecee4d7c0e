import type { Page } from 'playwright-core';
import { enlargeLibrary } from '../support/large-library.ts';
import { ask, openLibrary, started } from '../support/page-view.ts';

/** A state of the page, and how to reach it from its address. */
export interface PageState {
  readonly name: string;
  /** The name of its mock in the design, without width and scheme. Absent where none is drawn. */
  readonly mock?: string;
  /** Only these widths; all where absent. */
  readonly widths?: readonly number[];
  reach(page: Page): Promise<unknown>;
}

export const QUESTION = 'How long does a goldfish remember?';
const MISSING_QUESTION = 'What was decided in quarterly planning?';

async function answer(page: Page): Promise<void> {
  await ask(page, QUESTION);
  await page.locator('.answer[aria-busy=false] .cite').first().waitFor();
  await page.locator('.moment').nth(1).waitFor();
}

async function watch(page: Page): Promise<void> {
  await answer(page);
  await page.locator('.a .cite').first().click();
  // A phone shows no button to play and pause beside the answer.
  await page.locator('#play[aria-label^=Pause]').waitFor({ state: 'attached' });
  await page.locator('video').evaluate((video) => (video as unknown as ShownVideo).pause());
  await seekTo(page, 33.5);
}

interface ShownVideo extends EventTarget {
  currentTime: number;
  pause(): void;
}

/** What these pictures use of the page's own world; their types are Node's. */
interface Shown {
  readonly innerHeight: number;
  readonly document: {
    readonly images: Iterable<{
      readonly complete: boolean;
      getBoundingClientRect(): { readonly width: number; readonly top: number; readonly bottom: number };
    }>;
    querySelector(selector: string): ShownVideo | null;
  };
}

/** Pictures come late on a busy machine. A state is shown once those in view are there. */
export const picturesLoaded = (page: Page) =>
  page.waitForFunction(() => {
    const { document, innerHeight } = globalThis as unknown as Shown;
    return [...document.images].every((image) => {
      const { width, top, bottom } = image.getBoundingClientRect();
      return width === 0 || top > innerHeight || bottom < 0 || image.complete;
    });
  });

/** Moves the player to a second, and resolves when it shows its frame. */
export const seekTo = (page: Page, seconds: number) =>
  page.evaluate((to) => {
    const video = (globalThis as unknown as Shown).document.querySelector('video');
    if (video === null) throw new Error('There is no player.');
    const { promise, resolve } = Promise.withResolvers<void>();
    video.addEventListener('seeked', () => resolve(), { once: true });
    video.currentTime = to;
    return promise;
  }, seconds);

const open = (selector: string, ready: string) => async (page: Page) => {
  await page.locator(selector).click();
  await page.locator(ready).first().waitFor();
};

/** The states of a page with the demo's videos. */
export const DEMO_STATES: readonly PageState[] = [
  { name: 'home', mock: '02-home', reach: started },
  {
    name: 'typing',
    reach: async (page) => {
      await started(page);
      await page.locator('#question').pressSequentially('goldfish');
      await page.locator('.live').waitFor();
    },
  },
  { name: 'answer', mock: '03-answer', reach: answer },
  {
    name: 'preview',
    mock: '03-answer',
    reach: async (page) => {
      await answer(page);
      await page.locator('.a .cite').first().focus();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Tab');
      await page.locator('#preview').waitFor();
    },
  },
  {
    name: 'nothing-found',
    mock: '04-nothing-found',
    reach: async (page) => {
      await ask(page, MISSING_QUESTION);
      await page.locator('.answer[aria-busy=false]').waitFor();
    },
  },
  { name: 'watching', mock: '05-watching', reach: watch },
  {
    name: 'transcript',
    mock: '05-watching',
    widths: [360],
    reach: async (page) => {
      await watch(page);
      await page.locator('#full').click();
      await page.locator('.transcript-line').first().waitFor();
    },
  },
  {
    name: 'correct',
    mock: '05-correct',
    reach: async (page) => {
      await watch(page);
      await page.keyboard.press('e');
      await page.locator('.editor').waitFor();
    },
  },
  {
    name: 'library',
    mock: '06-library',
    reach: async (page) => {
      await openLibrary(page);
      await page.locator('.vid').nth(2).waitFor();
    },
  },
  {
    name: 'library-select',
    mock: '06-library-select',
    reach: async (page) => {
      await openLibrary(page);
      await page.locator('.vid').nth(2).waitFor();
      for (const at of [0, 1]) await page.locator('.vid .sel input').nth(at).check({ force: true });
    },
  },
  {
    name: 'library-many',
    mock: '06-library',
    reach: async (page) => {
      await enlargeLibrary(page, { videos: 10_000, lines: 100 });
      await page.reload();
      await openLibrary(page);
      await page.locator('.vid').nth(2).waitFor();
      await page.locator('#library-grid').evaluate((grid) => {
        (grid as unknown as { scrollTop: number }).scrollTop = 40_000;
      });
      await page.locator('.rail.moving .cur').waitFor();
    },
  },
  {
    name: 'tag-selection',
    reach: async (page) => {
      await openLibrary(page);
      await page.locator('.vid').nth(2).waitFor();
      for (const at of [0, 1]) await page.locator('.vid .sel input').nth(at).check({ force: true });
      await page.locator('#tag-selected').click();
      await page.locator('#tag-words').waitFor();
    },
  },
  {
    name: 'follow-ups',
    mock: '03-answer',
    reach: async (page) => {
      await answer(page);
      await page.locator('section[aria-label="Ask next"]').scrollIntoViewIfNeeded();
    },
  },
  { name: 'models', mock: '07-models', reach: open('#models', '.role') },
  { name: 'status', reach: open('#status', '#dialog .progress-text') },
  {
    name: 'keys',
    mock: '09-keys',
    reach: async (page) => {
      await started(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.locator('.keys').waitFor();
    },
  },
  {
    name: 'choose-folder',
    mock: '01-choose-folder',
    reach: async (page) => {
      await openLibrary(page);
      await page.locator('#add-folder').click();
      await page.locator('.dirs li').first().waitFor();
    },
  },
  {
    name: 'export',
    reach: async (page) => {
      await answer(page);
      await page.locator('#export').click();
      await page.locator('.export-lines').waitFor();
    },
  },
];

/** The state of a page without a folder. */
export const FIRST_VISIT: PageState = {
  name: 'first-visit',
  mock: '01-first-visit',
  reach: (page) => page.locator('#first-visit').waitFor(),
};

/** The state of a page whose daemon has ended. Reach it last. */
export const DISCONNECTED: PageState = {
  name: 'disconnected',
  mock: '08-disconnected',
  reach: (page) => page.locator('#gone').waitFor(),
};
