import assert from 'node:assert/strict';
import test from 'node:test';
import { createTesseractReader } from '../../server/src/adapters/tesseract/reader.ts';
import type { ReadLine } from '../../server/src/core/screenText.ts';
import { UnavailableError } from '../../server/src/core/unavailable.ts';
import type { Reader } from '../../server/src/ports/reader.ts';
import { knownReader } from '../support/known-reader.ts';
import { editor, landscape, type Screen, slide, terminal } from '../support/screens.ts';

const never = new AbortController().signal;
const screens = { slide: slide(), terminal: terminal(), editor: editor() };

/** What the fake is told: the lines as they were drawn. */
const known = Object.values(screens).map(({ picture, lines }) => ({
  picture,
  lines: lines.map(
    (text, i): ReadLine => ({ text, confidence: 1, box: { left: 10, top: 20 * i, width: 100, height: 15 } }),
  ),
}));

const letters = (text: string): string => text.replace(/[^a-z0-9]/gi, '').toLowerCase();

async function reads(reader: Reader, { picture, lines }: Screen): Promise<void> {
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

const readers: Record<string, () => Reader> = {
  fake: () => knownReader(known),
  'tesseract.js': () => createTesseractReader(),
};

for (const [name, create] of Object.entries(readers)) {
  test(`${name}: reads slides, dark terminals with small type, and panels of both themes`, async () => {
    const reader = create();
    for (const screen of Object.values(screens)) await reads(reader, screen);
    await reader.close();
  });

  test(`${name}: reads nothing where there is nothing to read`, async () => {
    const reader = create();
    assert.deepEqual(await reader.read({ timeMs: 0, ...landscape() }, ['eng'], never), []);
    await reader.close();
  });

  test(`${name}: rejects with the signal's reason, before and while reading, and reads on`, async () => {
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

  test(`${name}: a language that is not installed is told with what installs it`, async () => {
    const reader = create();
    const picture = { timeMs: 0, ...screens.slide.picture };
    await assert.rejects(reader.read(picture, ['eng', 'xyz'], never), (error: unknown) => {
      assert.ok(error instanceof UnavailableError);
      assert.match(error.remedy, /npm install .*@tesseract\.js-data\/xyz/);
      return true;
    });
    await reader.close();
    await assert.rejects(reader.read(picture, ['eng'], never));
  });
}

test('tesseract.js: a language name that would leave the packages is refused', async () => {
  const reader = createTesseractReader();
  const picture = { timeMs: 0, ...screens.slide.picture };
  for (const language of ['../../etc', 'eng/../..', '', 'http://x', '-x']) {
    await assert.rejects(reader.read(picture, [language], never), UnavailableError);
  }
  await reader.close();
});
