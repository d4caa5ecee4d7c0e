import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, sandbox } from '../support/daemon.ts';
import { openaiServer } from '../support/openai-server.ts';
import { render } from '../support/watched.ts';

test('given a model that writes answers, when subtitles are translated, then times and corrected names stay, and no file is lost', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'talk.mp4');
  await render(path, 60, undefined, 8);
  writeFileSync(
    join(folder, 'talk.en.vtt'),
    'WEBVTT\n\n00:01.000 --> 00:03.000\nWelcome to gold fish.\n\n00:04.000 --> 00:06.000\nWhy are we here?\n',
  );
  assert.equal((await goldfish(box, 'index', folder)).code, 0);
  assert.equal((await goldfish(box, 'correct', `${path}#t=1`, 'Welcome to Goldfish.')).code, 0);
  const without = await goldfish(box, 'subtitles', path, '--translate', 'de');
  assert.equal(without.code, 1);
  assert.match(without.stderr, /No model is in use that could translate/);

  const prompts: string[] = [];
  let isClever = true;
  const server = await openaiServer({
    model: 'm',
    answer: ({ messages }) => {
      prompts.push(messages.map(({ text }) => text).join('\n'));
      return [isClever ? '1: Willkommen bei Goldfish.\n2: Warum sind wir hier?' : 'I cannot translate.'];
    },
  });
  t.after(() => server.close());
  assert.equal((await goldfish(box, 'settings', 'set', 'models.answerer', `${server.baseUrl}#m`)).code, 0);

  const unknown = await goldfish(box, 'subtitles', path, '--translate', 'klingonish');
  assert.match(unknown.stderr, /"klingonish" is not a language code/);
  const same = await goldfish(box, 'subtitles', path, '--translate', 'en');
  assert.match(same.stderr, /in the language "en" already/);
  const german = join(folder, 'talk.de.srt');
  const { code, stdout, stderr } = await goldfish(box, 'subtitles', path, '--translate', 'de');
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^Wrote 2 subtitles to .*talk\.de\.srt\.\nTranslated by m; .*\nThe text was sent to http:\/\/127\.0\.0\.1:/,
  );
  assert.equal(
    readFileSync(german, 'utf8'),
    '1\n00:00:01,000 --> 00:00:03,000\nWillkommen bei Goldfish.\n\n2\n00:00:04,000 --> 00:00:06,000\nWarum sind wir hier?\n',
  );
  assert.match(
    prompts.at(-1) ?? '',
    /into German\.[\s\S]*exactly so: Goldfish\.[\s\S]*1: Welcome to Goldfish\.\n2: Why/,
  );

  writeFileSync(german, 'made by a person');
  assert.equal((await goldfish(box, 'subtitles', path, '--translate', 'de')).code, 1);
  assert.equal(readFileSync(german, 'utf8'), 'made by a person');
  isClever = false;
  const poor = await goldfish(box, 'subtitles', path, '--translate', 'fr');
  assert.equal(poor.code, 1);
  assert.match(poor.stderr, /m translated only 0 of 2 lines into French/);
  assert.equal(existsSync(join(folder, 'talk.fr.srt')), false);
});
