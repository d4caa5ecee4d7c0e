import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { findLanguageData } from '../../server/src/adapters/tesseract/languages.ts';
import { createTesseractReader } from '../../server/src/adapters/tesseract/reader.ts';
import { createChildSupervisor } from '../../server/src/base/child-supervisor.ts';
import { childPath } from '../../server/src/base/children.ts';
import {
  type LanguageData,
  NOT_LOADED,
  type ReaderCalls,
} from '../../server/src/children/reader-messages.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { ScreenTextLine } from '../../server/src/core/media/merge-ocr-lines.ts';
import type { TextRecogniser } from '../../server/src/ports/text-recogniser.ts';
import { knownReader } from '../support/fake-reader.ts';
import { editor, landscape, type Screen, slide, terminal } from '../support/screen-pictures.ts';
import { tempFolder } from '../support/temp-folder.ts';

const never = new AbortController().signal;
const screens = { slide: slide(), terminal: terminal(), editor: editor() };

/** What the fake is told: the lines as they were drawn. */
const known = Object.values(screens).map(({ picture, lines }) => ({
  picture,
  lines: lines.map(
    (text, i): ScreenTextLine => ({
      text,
      confidence: 1,
      box: { left: 10, top: 20 * i, width: 100, height: 15 },
    }),
  ),
}));

const letters = (text: string): string => text.replace(/[^a-z0-9]/gi, '').toLowerCase();

async function reads(reader: TextRecogniser, { picture, lines }: Screen): Promise<void> {
  const read = await reader.read({ timeMs: 0, ...picture }, ['eng'], never);
  const texts = read.map(({ text }) => letters(text));
  for (const line of lines) assert.ok(texts.includes(letters(line)), `${line} in ${JSON.stringify(read)}`);
  assert.ok(read.length <= lines.length + 1, JSON.stringify(read));
  for (const { confidence, box } of read) {
    assert.ok(confidence > 0 && confidence <= 1);
    assert.ok(box.left >= 0 && box.top >= 0 && box.width > 0 && box.height > 0);
    assert.ok(box.left + box.width <= picture.width && box.top + box.height <= picture.height);
  }
}

const readers: Record<string, () => TextRecogniser> = {
  fake: () => knownReader(known),
  'tesseract.js': () => createTesseractReader(),
};

for (const [name, create] of Object.entries(readers)) {
  test(`${name}: given slides, dark terminals and mixed panels, when read, then each line is found once, inside the picture`, async () => {
    const reader = create();
    for (const screen of Object.values(screens)) await reads(reader, screen);
    await reader.close();
  });

  test(`${name}: given a picture without text, when read, then there are no lines`, async () => {
    const reader = create();
    assert.deepEqual(await reader.read({ timeMs: 0, ...landscape() }, ['eng'], never), []);
    await reader.close();
  });

  test(`${name}: given an aborted call, then it rejects with the reason and the next one works`, async () => {
    const reader = create();
    const reason = new Error('not now');
    const picture = { timeMs: 0, ...screens.slide.picture };
    await assert.rejects(reader.read(picture, ['eng'], AbortSignal.abort(reason)), reason);
    const abort = new AbortController();
    const reading = reader.read(picture, ['eng'], abort.signal);
    abort.abort(reason);
    await assert.rejects(reading, reason);
    await reads(reader, screens.slide);
    await reader.close();
  });

  test(`${name}: given a missing language, when read, then the remedy installs it`, async () => {
    const reader = create();
    const picture = { timeMs: 0, ...screens.slide.picture };
    await assert.rejects(reader.read(picture, ['eng', 'xyz'], never), (error: unknown) => {
      assert.ok(error instanceof ModelUnavailableError);
      assert.match(error.remedy, /npm install .*@tesseract\.js-data\/xyz/);
      return true;
    });
    await reader.close();
    await assert.rejects(reader.read(picture, ['eng'], never));
  });
}

test('tesseract.js: given a language that leads out of its package, when read, then it is refused', async () => {
  const reader = createTesseractReader();
  const picture = { timeMs: 0, ...screens.slide.picture };
  for (const language of ['../../etc', 'eng/../..', '', 'http://x', '-x']) {
    await assert.rejects(reader.read(picture, [language], never), ModelUnavailableError);
  }
  await reader.close();
});

test('tesseract.js: given two languages, then both read; given damaged data, then only that call fails', async () => {
  const folder = tempFolder();
  const english = await findLanguageData('eng');
  copyFileSync(join(english.folder, 'eng.traineddata.gz'), join(folder, 'second.traineddata.gz'));
  writeFileSync(join(folder, 'broken.traineddata.gz'), 'no language at all');
  const child = createChildSupervisor<ReaderCalls>({
    name: 'screen text',
    entry: childPath('reader'),
    silenceMs: 60_000,
    idleMs: 60_000,
    toError: ({ message, detail }) => new Error(`${detail}: ${message}`),
  });
  const picture = { timeMs: 0, ...screens.slide.picture };
  const read = (...languages: LanguageData[]) =>
    child.call('read', { picture, languages }, { signal: never });
  assert.deepEqual(
    (await read(english, { code: 'second', folder })).map(({ text }) => letters(text)),
    screens.slide.lines.map(letters),
  );
  await assert.rejects(read({ code: 'broken', folder }), { message: new RegExp(NOT_LOADED) });
  assert.equal((await read(english)).length, screens.slide.lines.length);
  await child.close();
});

test('tesseract.js: given a picture of the wrong size, when read, then it is refused and the next one works', async () => {
  const reader = createTesseractReader();
  for (const data of [new Uint8Array(0), new Uint8Array(11)]) {
    await assert.rejects(
      reader.read({ timeMs: 0, width: 4, height: 4, data }, ['eng'], never),
      /RGB nor grey/,
    );
  }
  await reads(reader, screens.slide);
  await reader.close();
});
